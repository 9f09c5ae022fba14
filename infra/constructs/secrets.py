"""Secrets that are made empty and filled later, by the migration or by a person."""

import json

from aws_cdk import SecretValue
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.resources import secret_name
from infra.stage import Stage

EDGE = "edge"
_WORD_LENGTH = 40
_PROVIDERS_TO_FILL = {
    "sendgrid_api_key": "",
    "africastalking_username": "",
    "africastalking_api_key": "",
    "africastalking_sender_id": "",
    "email_from": "",
}


def signing_secret(scope: Construct, stage: Stage) -> secretsmanager.Secret:
    """Return where the keys that sign tokens are kept."""
    secret = secretsmanager.Secret(
        scope,
        "SigningKeys",
        secret_name=secret_name(stage.name, "signing-keys"),
        description="RSA keys that sign NetPulse's tokens; the migration makes the first.",
        secret_string_value=SecretValue.unsafe_plain_text(json.dumps({"keys": []})),
    )
    acknowledge(secret, SMG4="Keys must overlap by a token's life: the migration adds them.")
    return secret


def providers_secret(scope: Construct, stage: Stage) -> secretsmanager.ISecret:
    """Return where the logins of the email and SMS providers are kept."""
    name = secret_name(stage.name, "providers")
    if stage.secrets_exist:
        return secretsmanager.Secret.from_secret_name_v2(scope, "Providers", name)
    secret = secretsmanager.Secret(
        scope,
        "Providers",
        secret_name=name,
        description="To fill: logins of the email and SMS providers.",
        secret_string_value=SecretValue.unsafe_plain_text(json.dumps(_PROVIDERS_TO_FILL)),
    )
    acknowledge(secret, SMG4="The providers issue these keys; a person must fetch new ones.")
    return secret


def edge_secret(scope: Construct, stage: Stage) -> secretsmanager.ISecret:
    """Return where the word is kept by which our edge proves to be it."""
    name = secret_name(stage.name, EDGE)
    if stage.secrets_exist:
        return secretsmanager.Secret.from_secret_name_v2(scope, "Edge", name)
    secret = secretsmanager.Secret(
        scope,
        "Edge",
        secret_name=name,
        description="The word by which CloudFront proves to the API where a viewer is.",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({}),
            generate_string_key="word",
            password_length=_WORD_LENGTH,
            exclude_punctuation=True,
        ),
    )
    acknowledge(secret, SMG4="The distribution learns a new word only when it is deployed anew.")
    return secret


def edge_word(stage: Stage) -> str:
    """Return a reference to that word, which CloudFormation resolves as it deploys."""
    return SecretValue.secrets_manager(
        secret_name(stage.name, EDGE), json_field="word"
    ).unsafe_unwrap()
