"""`python -m activities.rules`: the rules engine, alone in its process: a fault in it takes nothing along."""

from activities.judgement import judge
from activities.rule_files import take_stock_patiently
from activities.serving import serve_activities
from retention.temporal.queues import RULES

ACTIVITIES = (judge,)
SLOTS = 1  # the engine is not made for threads

if __name__ == "__main__":
    take_stock_patiently()  # a book with faults stops the process at its start, with every fault named
    serve_activities(RULES, ACTIVITIES, slots=SLOTS)
