"""An agent behind an SQS queue that answers the wire which asked, through /@connections, as on AWS. Needs boto3.

QUEUE_URL and the usual AWS_... variables name the queue; HAWSER_URL, HAWSER_ACCESS_KEY_ID and HAWSER_SECRET_ACCESS_KEY the gateway.
"""

import json
import os
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3

QUEUE = os.environ["QUEUE_URL"]
sqs = boto3.client("sqs")
wires = boto3.client(
    "apigatewaymanagementapi",
    endpoint_url=os.environ["HAWSER_URL"],
    region_name="eu-central-1",
    aws_access_key_id=os.environ["HAWSER_ACCESS_KEY_ID"],
    aws_secret_access_key=os.environ["HAWSER_SECRET_ACCESS_KEY"],
)


def post(url: str, token: str, body: Any = None) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    urlopen(Request(url, json.dumps(body or {}).encode(), headers, method="POST"), timeout=30).close()


def work(run: dict[str, Any]) -> None:
    """Does one run. Raises where it should be tried again."""
    try:
        # A queue may deliver a message twice: whoever begins the attempt has it.
        post(run["events_url"].removesuffix("/events") + "/begin", run["run_token"])
    except HTTPError as e:
        if e.code in (409, 410):  # somebody else has it, or it is over
            return
        raise
    answer = f"You asked: {run['message']}"
    if run["connection_id"]:
        try:
            wires.post_to_connection(
                ConnectionId=run["connection_id"], Data=json.dumps({"type": "answer", "text": answer}).encode()
            )
        except wires.exceptions.GoneException:
            print(f"{run['run_id']}: the wire is gone")
    post(run["events_url"], run["run_token"], {"type": "run.completed", "result": {"text": answer}})


while True:
    received = sqs.receive_message(QueueUrl=QUEUE, WaitTimeSeconds=20, MaxNumberOfMessages=1)
    for message in received.get("Messages", []):
        work(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
