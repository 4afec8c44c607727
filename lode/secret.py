"""Reading database credentials from AWS Secrets Manager, in the JSON shape that RDS writes."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field

from lode.errors import LodeError


@dataclass(frozen=True)
class Secret:
    """One RDS secret: {"engine", "host", "port", "username", "password", "dbname", …}."""

    username: str
    password: str = field(repr=False)
    host: str | None = None
    port: int | None = None


@functools.lru_cache(maxsize=32)
def fetch_secret(name: str) -> Secret:
    """Fetch a secret by name or ARN; raises LodeError, which never quotes the secret's text."""
    # Imported here: boto3 takes a third of a second and most runs need no secret.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        text = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown error")
        raise LodeError(
            f"Secrets Manager refused the secret {name} ({code}): check its name, the region and"
            " the right secretsmanager:GetSecretValue."
        ) from error
    except BotoCoreError as error:
        raise LodeError(
            f"Secrets Manager could not be asked for the secret {name}: {error}."
            " Set AWS_DEFAULT_REGION and AWS credentials."
        ) from error
    except KeyError:
        raise LodeError(
            f"The secret {name} holds no text: it must be JSON as RDS writes it."
        ) from None
    return parse_secret(name, text)


def parse_secret(name: str, text: str) -> Secret:
    """Read a secret's JSON text; raises LodeError naming the secret and what is missing."""
    try:
        values = json.loads(text)
    except ValueError:
        # `from None`: the decoder's message would carry the text.
        raise LodeError(f"The secret {name} is not JSON: it must be as RDS writes it.") from None
    if not isinstance(values, dict):
        raise LodeError(f"The secret {name} is not a JSON object: it must be as RDS writes it.")
    missing = [key for key in ("username", "password") if not isinstance(values.get(key), str)]
    if missing:
        raise LodeError(f"The secret {name} has no {' and no '.join(missing)}.")
    port = str(values.get("port") or "")
    if port and not (port.isascii() and port.isdigit()):
        raise LodeError(f"The secret {name} has a port that is not a number.")
    host = values.get("host")
    return Secret(
        username=values["username"],
        password=values["password"],
        host=str(host) if host else None,
        port=int(port) if port else None,
    )
