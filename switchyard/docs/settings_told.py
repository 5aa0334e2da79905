"""What each setting sets, in a sentence or two; names and defaults are those of the classes."""

_KAFKA = {
    "BOOTSTRAP_SERVERS": "Where the broker is: `host:port`, several separated by commas.",
    "PROFILE": "Kind of broker. `embedded` has no transactions and is never for production.",
    "SECURITY_PROTOCOL": "How to connect: with or without TLS and a login.",
    "SASL_MECHANISM": "How the password is proved, where the protocol has SASL in its name.",
    "SASL_USERNAME": "Login at the broker.",
    "SASL_PASSWORD": "Password at the broker; better by file.",
    "SASL_PASSWORD_FILE": "File that holds the password. It wins over the variable.",
    "SSL_CAFILE": "Certificates to trust, PEM; without it, those of the system.",
    "SESSION_TIMEOUT_MS": "After this time of silence a member of a group counts as gone. It is "
    "also the timeout of transactions. Keep it from 6,000 to 10,000.",
    "HEARTBEAT_INTERVAL_MS": "How often a member of a group says that it is there.",
    "LINGER_MS": "How long events from outside wait for others, to travel together. More saves "
    "requests, and adds to every answer.",
    "FETCH_MIN_BYTES": "A fetch waits until so much is there. More saves work, and adds delay.",
    "FETCH_MAX_WAIT_MS": "But it waits no longer than this.",
    "GROUP_INSTANCE_ID": "Static membership: a fixed name of this process, so that a restart does "
    "not spread the partitions anew. Another one for each process of a service.",
}
_SERVICE = {
    "HEALTH_HOST": "Where `/healthz`, `/readyz` and `/metrics` listen.",
    "HEALTH_PORT": "Their port; 0: none.",
    "LOG_LEVEL": "Least level that is logged: `DEBUG`, `INFO`, `WARNING`, `ERROR`.",
    "SHARD_QUEUE": "Records that wait for one shard at most; then its partition is paused.",
}
_GATEWAY = {
    "KEYS_FILE": "API keys, as hashes, YAML or JSON; `switchyard keys new` makes entries.",
    "LINK_KEYS_FILE": "Keys that verify acknowledgement links, one a line, the newest first. The "
    "notifier has the same file.",
    "TWILIO_TOKENS_FILE": "Secrets by which Twilio signs its receipts: on each line a token of the "
    "account, or the id of a shared key and its secret. Without it no receipt is believed.",
    "PUBLIC_URL": "Address of the gateway as providers see it; they sign it. The notifier has the "
    "same.",
    "HOST": "Where it listens.",
    "PORT": "Its port; 0: a free one.",
    "INSTANCE": "Part of the ids that this process makes; another one for each gateway.",
    "ANSWER_WAIT_S": "How long a command waits for the fact that answers it, before 202.",
    "EXPLANATION_KEPT_S": "Whoever asks again within this time why a contact is where it is, gets "
    "the same answer; the router is not asked.",
    "HEARTBEAT_PERIOD_S": "Heartbeats are told as one record per pool in this time.",
    "BODY_LIMIT_BYTES": "Largest body of a request; a larger one gets 413.",
    "REQUESTS_PER_S": "Requests per key and second, unless the key's entry says otherwise.",
    "REQUESTS_BURST": "Requests that such a key may make at once after a pause.",
    "IDEMPOTENCY_KEPT_S": "How long the answer to an Idempotency-Key is remembered.",
    "IDEMPOTENCY_KEPT": "How many such answers are remembered; the oldest goes first.",
    "ENDED_KEPT": "Ended interactions that can still be read; the oldest goes first.",
    "NOTIFICATIONS_KEPT": "Messages to people that have ended and can still be read: so many each "
    "of staff and of customers, of who was told and of who was not. The oldest goes first.",
    "REDRIVE_PERIOD_S": "Time between two hundreds of messages that are sent again by hand.",
    "FUTURE_LIMIT_S": "How far `occurred_at` may be ahead of the gateway's clock.",
    "LANGUAGE_MIN_CONFIDENCE_PERMILLE": "A detected language that is less sure than this is not "
    "believed; the pool's default is taken.",
    "LANGUAGE_MIN_CHARACTERS": "A shorter text is not looked at; the pool's default is taken.",
    "EVIDENCE_PERIOD_S": "How often it is told how many contacts came in by which channel.",
    "BOARD_PERIOD_S": "Time between two looks, for all boards together.",
    "BOARD_HEARTBEAT_S": "A quiet board's stream says this often that it lives. Keep it below 12 "
    "seconds, after which the page calls itself stale.",
    "BOARD_AT_RISK_S": "On the board, a promise that is due within this time is at risk. It is "
    "time of the day, also where a demo's clock runs faster.",
    "BOARDS": "How many boards may be open at once.",
    "STREAM_HEARTBEAT_S": "A quiet stream of offers gets a comment line this often.",
    "STREAM_QUEUE": "Events that a slow reader of a stream may lag behind, before it is closed.",
    "LOG_LEVEL": "Least level that the gateway logs: `DEBUG`, `INFO`, `WARNING`, `ERROR`.",
}
_NOTIFIER = {
    "SMTP_HOST": "Mail server that takes the pages.",
    "SMTP_PORT": "Its port.",
    "SMTP_TLS": "`starttls`: required, never optional; `tls`: TLS from the first byte.",
    "SMTP_CA_FILE": "Certificates to trust beside those of the system, PEM.",
    "SMTP_USER": "Login at the mail server. Without TLS it is allowed on this machine only.",
    "SMTP_PASSWORD": "Password at the mail server; better by file.",
    "SMTP_PASSWORD_FILE": "File that holds the password. It wins over the variable.",
    "SMTP_TIMEOUT_S": "How long each answer of the mail server may take.",
    "SMTP_HOSTNAME": "How we greet the mail server; without it, by this machine's name.",
    "SENDER_ADDRESS": "Address that pages come from.",
    "SENDER_NAME": "Name beside that address.",
    "PUBLIC_URL": "Address of the gateway as people's browsers see it; links begin with it.",
    "LINK_KEY": "Key that signs acknowledgement links, 16 characters or more; better by file.",
    "LINK_KEY_FILE": "Keys for links, one a line: the first signs, all verify. It wins over the "
    "variable.",
    "LINK_VALID_H": "How many hours a link is good, since the page was asked for.",
    "WEBHOOK_SECRETS_FILE": "Secrets that sign webhooks: a person's id and his secrets on each "
    "line. While a secret is changed there are two of them, and both sign.",
    "WEBHOOK_SECRET": "Secret of everybody who has no line there, `whsec_…`; better by file.",
    "WEBHOOK_SECRET_FILE": "File that holds that secret. It wins over the variable.",
    "WEBHOOK_PRIVATE_NETWORKS": "Networks that are not public, and that webhooks may reach "
    "nevertheless: `10.1.0.0/16, fd00::/8`.",
    "WEBHOOK_CA_FILE": "Certificates to trust beside those of the system, PEM, for webhooks.",
    "WEBHOOK_TIMEOUT_S": "How long a whole attempt of a webhook may take.",
    "CONNECTORS_FILE": "Secrets of rooms, accounts and other systems, one a line: `<method>.<name> "
    "<secret or URL>`. People are configured by the names. It is read anew when it changes.",
    "SLACK_URL": "Where Slack's API is.",
    "CHAT_TIMEOUT_S": "How long one request to Slack, Teams or Zoom may take.",
    "APPRISE_TIMEOUT_S": "How long one message by Apprise may take.",
    "TWILIO_ACCOUNT": "Line of the connectors' file that holds the account at Twilio: "
    "`sms.<name> <account> <key> <secret> <number or messaging service>`, and `voice.<name>` where "
    "calls come from another number.",
    "TWILIO_FROM": "Number or messaging service that sends, in place of the one on that line.",
    "TWILIO_URL": "Where Twilio is.",
    "TWILIO_VOICES": "Voices for calls beside those that are known, or in their place: "
    "`he=Google.he-IL-Wavenet-A, lv=none`. Where no voice speaks a language, a call is in English.",
    "PAGERDUTY_URL": "Where PagerDuty takes events, unless a connector's line says otherwise: "
    "`pagerduty.<name> <routing key> [URL]`.",
    "OPSGENIE_URL": "Where Opsgenie is, unless a connector's line says otherwise: `opsgenie.<name> "
    "<key> [URL]`. For Jira Service Management "
    "`https://api.atlassian.com/jsm/ops/integration`.",
    "STATUSPAGE_URL": "Where Statuspage is; a connector is `statuspage.<name> <key> <page> "
    "[component …]`.",
    "PAGER_TIMEOUT_S": "How long one request to Twilio, PagerDuty, Opsgenie or Statuspage may "
    "take.",
    "CONCURRENCY": "Messages on their way to each provider at the same time.",
    "RATES": "How fast providers are written to, where it is not as vendors say: `sms 10/1, slack@ "
    "1/1, zoom -`. `10/1`: ten messages in any second; with `@` for each address instead of all of "
    "the provider; `-` lifts a limit.",
    "STATE_DIR": "Folder for what must outlive the process and cannot be in Kafka: which providers "
    "rest, and what operators were told while Kafka was away. Notifiers of one machine share it. "
    "Without it there is no such telling.",
    "LIFELINE_AFTER_S": "How long Kafka must not answer until the operators are told of it, "
    "directly.",
    "DRAIN_S": "At a stop, how long to wait for messages on their way.",
}
_OUTAGE = {
    "INSTANCE": "Part of the ids that this process makes; another one for each process.",
    "CONCURRENCY": "Looks at channels at the same time.",
    "REFERENCE_CACHE_S": "How long one look at the references counts.",
    "DRAIN_S": "At a stop, how long to wait for looks under way.",
}
TOLD: dict[str, str] = {
    f"{prefix}{name}": told
    for prefix, section in (
        ("SWITCHYARD_KAFKA_", _KAFKA),
        ("SWITCHYARD_", _SERVICE),
        ("SWITCHYARD_GATEWAY_", _GATEWAY),
        ("SWITCHYARD_NOTIFIER_", _NOTIFIER),
        ("SWITCHYARD_OUTAGE_", _OUTAGE),
    )
    for name, told in section.items()
}
