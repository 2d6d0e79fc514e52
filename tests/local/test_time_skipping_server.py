"""The time-skipping test server: loopback only, time under our control, gone with us."""

from datetime import timedelta

import psutil
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.client import Client

from local import children, ports, time_skipping_server

pytestmark = pytest.mark.timeskipping


async def test_time_stands_until_it_is_moved() -> None:
    server = time_skipping_server.start_time_skipping()
    client = await Client.connect(server.address)
    began = (await client.test_service.get_current_time(Empty())).time.ToDatetime()
    await client.test_service.unlock_time_skipping_with_sleep(
        SleepRequest(duration=Duration(seconds=7 * 86_400)), timeout=timedelta(seconds=20)
    )
    now = (await client.test_service.get_current_time(Empty())).time.ToDatetime()
    server.stop()
    assert timedelta(days=7) <= now - began < timedelta(days=7, minutes=1)


def test_it_listens_on_the_loopback_address_only() -> None:
    server = time_skipping_server.start_time_skipping()
    doors = psutil.Process(server.child.pid).net_connections()
    server.stop()
    listening = {door.laddr.ip for door in doors if door.status == psutil.CONN_LISTEN}
    assert {address.removeprefix("::ffff:") for address in listening} == {ports.LOOPBACK}


def test_it_ends_when_its_standard_input_closes() -> None:
    server = time_skipping_server.start_time_skipping()
    assert server.child.stdin is not None
    server.child.stdin.close()
    assert children.wait_until(lambda: server.child.poll() is not None, within=10)
