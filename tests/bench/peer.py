"""The peer: a raw aiokafka loop that moves the same records, and decides nothing.

`getmany`, `model_validate_json`, `create_batch`/`send_batch`, uvloop, acks=all. For each record in
it writes as many bytes in as many records as the router wrote for it (shape.json). With `like` it
also makes and encodes one pydantic model for each fact, as every loop that tells facts must.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

import aiokafka.producer.sender
from shared.contracts.catalogue import KINDS

aiokafka.producer.sender.BACKOFF_OVERRIDE = 0.002  # the same as ours


async def main(servers: str, shape_file: str, mode: str) -> None:
    shape = json.loads(Path(shape_file).read_text())
    total, sizes = shape["records"], shape["outputs"]
    transactions, like = "transactions" in mode, "like" in mode
    samples = [(KINDS[kind], json.loads(value)) for kind, value in shape["samples"]]
    turn = 0
    producer = AIOKafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        max_batch_size=1 << 20,
        linger_ms=0,
        **({"transactional_id": "peer"} if transactions else {}),
    )
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=4 << 20,
    )
    await producer.start()
    await consumer.start()
    where = TopicPartition("pool-log", 0)
    consumer.assign([where])
    consumer.seek(where, 0)
    done = 0
    pad = b"x" * 4096
    while done < total:
        records = (await consumer.getmany(timeout_ms=500, max_records=500)).get(where, [])
        if not records:
            continue
        if transactions:
            await producer.begin_transaction()
        open_: dict[str, Any] = {}
        sent = []
        for record in records:
            headers = dict(record.headers)
            if headers["by"] == b"peer":
                continue  # its own, read back: skipped undecoded, as ours are
            KINDS[headers["kind"].decode()].model_validate_json(record.value)
            for topic, size in sizes[done]:
                value, extra = pad[:size], []
                if topic == "pool-log":
                    extra = [
                        ("kind", b"offer_made"),
                        ("by", b"peer"),
                        ("at", headers["at"]),
                        ("src", b"peer-0:%d:0" % record.offset),
                    ]
                if like and topic == "pool-log":
                    model, fields = samples[turn % len(samples)]
                    value, turn = model(**fields).model_dump_json().encode(), turn + 1
                batch = open_.get(topic)
                if batch is None:
                    batch = open_[topic] = producer.create_batch()
                written = batch.append(timestamp=None, key=b"k", value=value, headers=extra)
                if written is None:
                    sent.append(await producer.send_batch(batch, topic, partition=0))
                    batch = open_[topic] = producer.create_batch()
                    batch.append(timestamp=None, key=b"k", value=value, headers=extra)
            done += 1
        for topic, batch in open_.items():
            sent.append(await producer.send_batch(batch, topic, partition=0))
        await asyncio.gather(*sent)
        if transactions:
            await producer.commit_transaction()
    print("done", flush=True)
    await asyncio.sleep(2)  # so that the CPU time can be read
    await consumer.stop()
    await producer.stop()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))
