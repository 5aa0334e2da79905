"""The loop that every deciding service shares: decide, evolve, commit, restore.

The points of docs/decisions/0001 in code: `shard` is the pure part (what follows from a batch),
`owner` holds one shard of one partition, `outlets` make its output durable, `restore` reads it
back, `service` connects all of it to Kafka.
"""
