"""Makes `twistd chat` known."""

from twisted.application.service import ServiceMaker

chat = ServiceMaker("chat", "chatserver.tap", "A line-based chat server for telnet and netcat.", "chat")
