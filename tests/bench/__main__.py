"""`make bench`: prints the figures that docs/benchmarks.md keeps. Ratios, never limits in a test."""

import argparse
import asyncio
import os
import platform

from shared.kafka.connection import Connection
from switchyard.brokers.apache import ApacheKafka, missing
from switchyard.brokers.embedded import EmbeddedBroker
from tests.bench import failover, latency, match_core, notify, orphans, routed_path


async def on_apache(only: str, interactions: int, notifications: int) -> None:
    broker = ApacheKafka().start()
    connection = Connection.to(broker.bootstrap)
    try:
        if only in ("all", "path"):
            print_path(await routed_path.measure(connection, interactions))
        if only in ("all", "latency"):
            for rate in (100, 1_000):
                found = await latency.offers(connection, rate=rate)
                print(
                    f"offer latency at {found['rate']}/s: p50 {found['p50_ms']:.1f} ms, "
                    f"p99 {found['p99_ms']:.1f} ms (goal p99 <= 50 ms)",
                    flush=True,
                )
        if only in ("all", "restore"):
            found = await latency.restore(connection)
            print(
                f"restore of {found['entities']:.0f} entities: {found['restore_s']:.2f} s "
                f"(goal <= 5 s); process start to ready {found['start_to_ready_s']:.2f} s"
            )
        if only in ("all", "failover"):
            for interactions in (20_000, 100_000):
                found = await latency.failover(connection, interactions=interactions)
                print(
                    f"failover of {found['interactions']} waiting interactions through Kafka: "
                    f"{found['moved_s']:.1f} s, {found['retakes']:.0f} retakes",
                    flush=True,
                )
        if only in ("all", "orphans"):
            orphans.show(await orphans.measure(connection))
        if only in ("all", "notify"):
            await notify.measure(connection, notifications)
    finally:
        broker.close()


def print_path(rows: list[routed_path.Figures]) -> None:
    figures = {row["name"]: row for row in rows}
    shape = figures.pop("shape")
    print(
        f"routed path: {shape['in']} commands in, {shape['out']} records out "
        f"({shape['facts']} facts), 1,000 agents"
    )
    for name, row in figures.items():
        print(
            f"  {name:24} best {row['best']:8.0f} median {row['median']:8.0f} records/s, "
            f"{row['cpu_us']:6.1f} us CPU a record"
        )
    for kind in ("no transactions", "transactions"):
        ours = figures[f"ours, {kind}"]
        for whose in ("like peer", "peer"):
            peer = figures[f"{whose}, {kind}"]
            print(
                f"  ours with {kind}: {ours['median'] / peer['median']:.2f} of the {whose}'s rate, "
                f"{peer['cpu_us'] / ours['cpu_us']:.2f} by CPU",
                flush=True,
            )
    print("  goal: >= 0.5 of the like loop")


def print_failover(found: failover.Figures) -> None:
    print(
        f"failover of {found['waiting']} waiting interactions: {found['out_s']:.2f} s, of that "
        f"{found['out_encode_s']:.2f} s to encode the facts; return: {found['back_s']:.2f} s, "
        f"{found['back_encode_s']:.2f} s; {found['facts']} facts",
        flush=True,
    )


async def on_embedded(interactions: int) -> None:
    broker = EmbeddedBroker().start()
    connection = Connection.to(broker.bootstrap, "embedded")
    try:
        rate = await routed_path.embedded_rate(connection, interactions)
        print(f"embedded broker: {rate:.0f} records/s through the router (not a claim)")
    finally:
        broker.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only",
        default="all",
        choices=(
            "all",
            "path",
            "latency",
            "restore",
            "embedded",
            "failover",
            "match",
            "orphans",
            "notify",
        ),
    )
    parser.add_argument("--interactions", type=int, default=20_000)
    parser.add_argument("--notifications", type=int, default=10_000)
    arguments = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    if arguments.only in ("all", "match"):
        for row in match_core.measure((100, 1_000, 10_000, 100_000)):
            print(row, flush=True)
    if arguments.only == "match":
        return
    if arguments.only in ("all", "failover"):
        print_failover(failover.measure(20_000))
    if problem := missing():
        print(f"no Apache Kafka: {problem}")
    elif arguments.only != "embedded":
        asyncio.run(on_apache(arguments.only, arguments.interactions, arguments.notifications))
    if arguments.only in ("all", "embedded"):
        asyncio.run(on_embedded(min(arguments.interactions, 5_000)))


if __name__ == "__main__":
    main()
