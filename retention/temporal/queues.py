"""The task queues, so that a slow mail provider or a training run starves nobody (design 4)."""

CASES = "cases"  # workflows that managers follow
UPKEEP = "upkeep"  # workflows of the machinery
WORK = "work"  # activities that read and write records
MAIL = "mail"  # activities that send
MODEL = "model"  # activities that score and train
RULES = "rules"  # the rules engine, alone in its process
