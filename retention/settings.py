"""What a process is told by its environment. Every field is explained in `.env.example`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Environment variables by the same names in capitals; `.env` is read when present."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["production", "demo", "test"] = "production"
    database_url: SecretStr = SecretStr("postgresql+psycopg://mainstay@127.0.0.1:5432/mainstay")
    database_pool: int = Field(default=5, ge=1, le=50)  # connections a process keeps
    temporal_address: str = "127.0.0.1:7233"
    temporal_ui_url: str = "http://127.0.0.1:8233"
    temporal_namespace: str = "mainstay"
    temporal_upkeep_namespace: str = "mainstay-upkeep"
    temporal_sticky_seconds: float = Field(default=10, gt=0)  # how long a dead worker's cached cases wait
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: str = ""  # addresses and networks whose X-Forwarded-For is believed; "": nobody's
    session_secret: SecretStr = SecretStr("")  # signs forms and links in letters; required outside the demo
    session_hours: float = Field(default=12, gt=0)  # absolute life of a sign-in
    session_idle_minutes: float = Field(default=60, gt=0)
    address_secret: SecretStr = SecretStr("")  # keys the list of addresses that are left alone; never changed
    sendgrid_api_key: SecretStr = SecretStr("")  # "": letters stay on this machine; refused in production
    sendgrid_url: str = "https://api.sendgrid.com"
    mail_from: str = "Mainstay <tutoring@mainstay.example>"
    mail_reply_to: str = ""  # an address that people read; "": letters name none
    mail_sandbox: bool = False  # the provider checks every letter and delivers none
    mail_timeout_seconds: float = Field(default=15, gt=0, le=30)  # less than the step's own (workflows.steps)
    # How long a silent provider may still report on a letter; then it counts as not sent (decision 13).
    mail_settles_seconds: float = Field(default=900, gt=0)
    outbox_folder: Path = Path("outbox")  # where letters are put that stay on this machine
    rules_engine: Literal["durable", "python"] = "durable"
    rules_folder: Path = Path("rules/book")
    rulebook_needs_approval: bool = False  # a second person agrees before a version is published
    log_format: Literal["json", "text"] = "json"
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)  # 0: no metrics port for this worker

    @property
    def demo(self) -> bool:
        """Whether the world is a demo: pages show its sign-ins and the synthetic-data badge."""
        return self.environment == "demo"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
