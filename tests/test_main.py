"""`chatserver` and `chat-client`, before the program is loaded."""

import os
import signal
import subprocess

import pytest

from tests.client.test_pipe import CLIENT
from tests.processes import LIMIT, as_a_shell_starts_it, chatserver


@pytest.mark.parametrize("program", [chatserver(), CLIENT], ids=["chatserver", "chat-client"])
def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_traceback(tmp_path, program):
    (tmp_path / "automat.py").write_text("print('loading', flush=True)\nimport signal\nsignal.pause()\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=as_a_shell_starts_it
    ) as process:
        try:
            assert process.stdout.readline() == b"loading\n"
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=LIMIT) == (b"", b"")
            assert process.returncode == -signal.SIGINT
        finally:
            process.kill()
