"""What the notifier promises, judged from people-log: N1, E2, E3, O3, holds, limits, chains."""
