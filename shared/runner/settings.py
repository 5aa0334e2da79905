"""What an operator sets about any deciding service. Environment: SWITCHYARD_<NAME>."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kafka.connection import KafkaSettings


class ServiceSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SWITCHYARD_", extra="ignore")

    health_host: str = "127.0.0.1"
    health_port: int = 0  # 0: none
    log_level: str = "INFO"
    shard_queue: int = 5_000  # records waiting for one shard at most, beside one fetch

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings()
