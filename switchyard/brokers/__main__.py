"""`python -m switchyard.brokers`: Apache Kafka in the foreground (`make kafka`)."""

import signal
import sys
import threading

from switchyard.brokers.apache import ApacheKafka, KafkaNotFoundError


def main() -> int:
    broker = ApacheKafka(port=9092)
    try:
        broker.start()
    except KafkaNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(f"Apache Kafka on {broker.bootstrap}; stop with Ctrl-C", flush=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    broker.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
