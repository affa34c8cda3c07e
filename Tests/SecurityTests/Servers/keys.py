"""Starts moto's KMS on a free port of the loopback, with two keys, and prints them as one line of
JSON. Ends when its input does, so that it never outlives the tests."""
import json
import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
kms = boto3.client(
    "kms", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="s3cret-key")
first, second = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
print(json.dumps({"endpoint": endpoint, "first": first, "second": second}), flush=True)
sys.stdin.read()
server.stop()
