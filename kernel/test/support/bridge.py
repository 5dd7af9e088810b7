"""Stands between a test in TypeScript and Jupyter's own client: one JSON object a line, both ways.

Commands come on standard input: start, send, raw, interrupt, restart, shutdown. Everything the kernel says
goes to standard output as it arrives, with the channel it came on. All of it happens in one thread, since sockets
belong to one.
"""

import base64
import json
import os
import sys

import zmq
from jupyter_client import KernelManager


def say(**message):
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


class Bridge:
    def __init__(self):
        self.manager = None
        self.client = None
        # Channels by their sockets.
        self.sockets = {}

    def start(self, kernel, cwd, manager, **_):
        # A kernel on a busy machine takes its time to end in order.
        self.manager = KernelManager(kernel_name=kernel, shutdown_wait_time=60, **manager)
        self.manager.start_kernel(cwd=cwd)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=300)
        self.sockets = {self.socket(channel): channel for channel in ("shell", "iopub", "stdin", "control")}
        say(event="ready", pid=self.manager.provisioner.pid, connection=self.manager.connection_file)

    def run(self):
        """Carries out commands and hands on messages, until there are no more commands."""
        commands = sys.stdin.fileno()
        rest = b""
        while True:
            poller = zmq.Poller()
            for source in (commands, *self.sockets):
                poller.register(source, zmq.POLLIN)
            ready = dict(poller.poll())
            for socket in self.sockets:
                if socket in ready:
                    self.hand_on(socket)
            if commands not in ready:
                continue
            read = os.read(commands, 1 << 20)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                command = json.loads(line)
                getattr(self, command.pop("do"))(**command)

    def hand_on(self, socket):
        _, message = self.client.session.feed_identities(socket.recv_multipart())
        parsed = self.client.session.deserialize(message)
        parsed["buffers"] = [base64.b64encode(each).decode() for each in parsed["buffers"]]
        say(event="message", channel=self.sockets[socket], message=parsed)

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
        # The new client has the same identity, of which a socket of the kernel knows one at a time.
        self.sockets = {}
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self.connect()

    def shutdown(self, **_):
        self.manager.shutdown_kernel(now=False)
        say(event="down", alive=self.manager.is_alive())


bridge = Bridge()
bridge.run()
if bridge.manager and bridge.manager.is_alive():
    bridge.manager.shutdown_kernel(now=True)
