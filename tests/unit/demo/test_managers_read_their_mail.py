"""A page that arrives by SMTP is acknowledged by the link in it, or overlooked."""

from email.message import EmailMessage

import aiosmtplib

from switchyard.supervisor.mailbox import Mailbox, link_in

LINK = "http://127.0.0.1:8080/v1/pages/north:a%23first_reply%2F1:c1:r1:l1:mia:email/ack?token=aB-9_"


def mail(body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "switchyard@switchyard.test", "mia@switchyard.test"
    message["Message-ID"] = "<1@switchyard.test>"
    message.set_content(body)
    return message


def test_the_link_is_found_in_a_mail_of_any_language() -> None:
    assert link_in(mail(f"A caller waits.\n\nAcknowledge: {LINK}\n")) == LINK
    hebrew = f"לקוח ממתין.\n\nאישור: {LINK}\n"  # noqa: RUF001 - they are letters
    assert link_in(mail(hebrew)) == LINK


def test_a_mail_without_a_link_has_none() -> None:
    assert link_in(mail("All is well: http://127.0.0.1:8080/v1/status")) is None


async def test_a_mail_sent_by_smtp_is_delivered_to_the_managers() -> None:
    got = list[tuple[str | None, list[str]]]()
    mailbox = Mailbox()
    mailbox.deliver = lambda message, to: got.append((link_in(message), to))
    port = await mailbox.open()
    try:
        await aiosmtplib.send(mail(LINK), hostname="127.0.0.1", port=port, start_tls=False)
    finally:
        await mailbox.close()
    assert got == [(LINK, ["mia@switchyard.test"])]
