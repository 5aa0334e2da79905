"""The mail server to try things out, as its own process."""

import re
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

from switchyard.brokers.ports import free_port, wait_until_listening
from tests.unit.deploy.compose_files import DEPLOY

LINK = "http://127.0.0.1:8080/a/" + "aB9" * 40  # longer than a line of quoted-printable


def test_a_mail_is_printed_decoded_with_its_link_whole(tmp_path: Path) -> None:
    port = free_port()
    program = tmp_path / "mail_sink.py"
    program.write_text(
        re.sub(r"(?m)^PORT = .*$", f"PORT = {port}", (DEPLOY / "mail_sink.py").read_text())
    )
    mail = EmailMessage()
    mail["Subject"] = "SLA missed: שלום"
    mail.set_content(f"Open this link:\n{LINK}\n", cte="quoted-printable")
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as sink:
        try:
            assert wait_until_listening(port, timeout_s=20)
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.send_message(mail, "switchyard@localhost", ["ilse@example.com"])
        finally:
            sink.terminate()
        printed, _ = sink.communicate(timeout=10)
    assert "mail to ilse@example.com" in printed
    assert "Subject: SLA missed: שלום" in printed
    assert LINK in printed
    assert sink.returncode == 0
