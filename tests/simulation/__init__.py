"""The whole system in one process, in virtual time, from a seed, with everything going wrong.

The shards, cores, bytes and rules of commit are the real ones. What is modelled: the broker, the
processes that hold shards, gateways, the mail provider, and all people. See docs/simulation.md.
"""
