"""Stands between a test in TypeScript and Jupyter's own client: one JSON object a line, both ways.

Commands come on standard input: start, send, raw, interrupt, restart, shutdown. Everything the kernel says
goes to standard output as it arrives, with the channel it came on.
"""

import base64
import json
import sys
import threading

import zmq
from jupyter_client import KernelManager


def say(**message):
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


class Bridge:
    def __init__(self):
        self.manager = None
        self.client = None
        self.serial = 0

    def start(self, kernel, cwd, manager, **_):
        self.manager = KernelManager(kernel_name=kernel, **manager)
        self.manager.start_kernel(cwd=cwd)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.serial += 1
        threading.Thread(target=self.listen, args=(self.serial, self.client), daemon=True).start()
        say(event="ready", pid=self.manager.provisioner.pid, connection=self.manager.connection_file)

    def listen(self, serial, client):
        """Hands on what arrives; sockets are only ever read here."""
        sockets = {
            client.shell_channel.socket: "shell",
            client.iopub_channel.socket: "iopub",
            client.stdin_channel.socket: "stdin",
            client.control_channel.socket: "control",
        }
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        while self.serial == serial:
            for socket, _ in poller.poll(50):
                _, message = client.session.feed_identities(socket.recv_multipart())
                parsed = client.session.deserialize(message)
                parsed["buffers"] = [base64.b64encode(each).decode() for each in parsed["buffers"]]
                say(event="message", channel=sockets[socket], message=parsed)

    def send(self, channel, type, content, id, header, buffers=(), **_):
        message = self.client.session.msg(type, content)
        message["header"]["msg_id"] = message["msg_id"] = id
        message["header"].update(header)
        frames = self.client.session.serialize(message) + [base64.b64decode(each) for each in buffers]
        self.socket(channel).send_multipart(frames)

    def raw(self, channel, frames, **_):
        self.socket(channel).send_multipart([base64.b64decode(frame) for frame in frames])

    def socket(self, channel):
        return getattr(self.client, channel + "_channel").socket

    def subscribe(self, topic, **_):
        """What a second client is told first, when it comes to listen."""
        socket = zmq.Context.instance().socket(zmq.SUB)
        socket.setsockopt_string(zmq.SUBSCRIBE, topic)
        socket.connect(self.client._make_url("iopub"))
        # Everybody hears the greeting, and a session refuses to read a message twice.
        _, (_, header, _, _, content) = self.client.session.feed_identities(socket.recv_multipart())
        say(event="subscribed", message={"header": json.loads(header), "content": json.loads(content)})
        socket.close()

    def interrupt(self, **_):
        self.manager.interrupt_kernel()

    def restart(self, **_):
        self.serial += 1
        self.manager.restart_kernel(now=False)
        self.connect()

    def shutdown(self, **_):
        self.manager.shutdown_kernel(now=False)
        say(event="down", alive=self.manager.is_alive())


bridge = Bridge()
for line in sys.stdin:
    command = json.loads(line)
    getattr(bridge, command.pop("do"))(**command)
if bridge.manager and bridge.manager.is_alive():
    bridge.manager.shutdown_kernel(now=True)
