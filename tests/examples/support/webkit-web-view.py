"""A web view of WebKit that shows a folder at capacitor://localhost, as that of Capacitor on iOS does.

The first line of its input is a script that runs before each page. Each other line is an order,
{"id", "script"}. It writes {"id", "result"} or {"id", "error"} for each of them, and {"message"} for what the
page posts to its handler `bridge`.
"""

import json
import mimetypes
import sys
import threading
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2  # noqa: E402

folder = Path(sys.argv[1])


def tell(told):
    print(json.dumps(told), flush=True)


def serve(request):
    file = folder / request.get_path().lstrip("/")
    if not file.is_file():
        file = folder / "index.html"
    content = Gio.MemoryInputStream.new_from_data(file.read_bytes())
    request.finish(content, -1, mimetypes.guess_type(file.name)[0])


def run(order):
    def finished(_, result):
        try:
            value = view.evaluate_javascript_finish(result)
            tell({"id": order["id"], "result": json.loads(value.to_json(0) or "null")})
        except GLib.Error as error:
            tell({"id": order["id"], "error": error.message})

    view.evaluate_javascript(order["script"], -1, None, None, None, finished)


def answer_prompt(_, dialog):
    """Capacitor's bridge asks so whether its plug-ins for cookies and for http are on. They are not."""
    if dialog.get_dialog_type() == WebKit2.ScriptDialogType.PROMPT:
        dialog.prompt_set_text("false")
    return True


def take_orders():
    for line in sys.stdin:
        GLib.idle_add(run, json.loads(line))
    GLib.idle_add(Gtk.main_quit)


context = WebKit2.WebContext.new_ephemeral()
context.register_uri_scheme("capacitor", serve)
content = WebKit2.UserContentManager()
content.register_script_message_handler("bridge")
content.connect(
    "script-message-received::bridge",
    lambda _, posted: tell({"message": json.loads(posted.get_js_value().to_json(0))}),
)
content.add_script(
    WebKit2.UserScript(
        json.loads(sys.stdin.readline())["script"],
        WebKit2.UserContentInjectedFrames.TOP_FRAME,
        WebKit2.UserScriptInjectionTime.START,
        None,
        None,
    )
)
view = WebKit2.WebView(web_context=context, user_content_manager=content)
view.connect("script-dialog", answer_prompt)
window = Gtk.Window(default_width=390, default_height=844)
window.add(view)
window.show_all()
view.load_uri("capacitor://localhost/")
threading.Thread(target=take_orders, daemon=True).start()
Gtk.main()
