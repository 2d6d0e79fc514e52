"""A throw-away process that computes for ever, as a broken engine would."""

import sys

from rules.trial import Order, bound

if __name__ == "__main__":
    bound(Order.model_validate_json(sys.stdin.read()).seconds)
    while True:
        pass
