"""Starts moto's server on a free port of the loopback, makes what the tests need, and prints it as one line of JSON.
Ends when its input does, so that it never outlives the tests."""
import io
import json
import sys
import zipfile

import boto3
import requests
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
requests.post(f"{endpoint}/moto-api/config", json={"lambda": {"use_docker": False}}, timeout=10)


def client(service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="s3cret-key")


client("s3").create_bucket(Bucket="acme-reports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
sqs = client("sqs")
queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
fifo = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
sns = client("sns")
topic = sns.create_topic(Name="alerts")["TopicArn"]
queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
role = client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", "def handler(event, context):\n    return event\n")
client("lambda").create_function(
    FunctionName="resize", Runtime="python3.11", Role=role, Handler="main.handler", Code={"ZipFile": code.getvalue()})
client("ses").verify_email_identity(EmailAddress="orders@acme.example")
print(json.dumps({"endpoint": endpoint, "queue": queue, "fifo": fifo, "topic": topic}), flush=True)
sys.stdin.read()
server.stop()
