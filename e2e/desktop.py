"""The desktop window as a person uses it: decode, save, search, insight, the
system's dialogs, one instance, the remembered size, a quit that drains.

Run it by e2e/desktop.sh. The hub, its page and the window are the real ones;
this program only sees what a screen reader sees and presses what it presses.
"""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest
import warnings

import gi

gi.require_version("Atspi", "2.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Atspi, Gdk, GLib  # noqa: E402

# The calls that the newer names stand for are not in Debian's typelib yet.
warnings.filterwarnings("ignore", category=DeprecationWarning)

ROOT = pathlib.Path(__file__).resolve().parent.parent
HUB = ROOT / "build/bin/hubcap-desktop"
OUT = ROOT / "e2e/out"
HOME = pathlib.Path(os.environ["HOME"])
DATA = HOME / "data"
VIN = "1FTFW1ET6EKE57182"


def until(what, look, seconds=30):
    """Waits until look() gives something; fails with what was waited for."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except GLib.Error:  # the tree changed under the look
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not seen within {seconds} s: {what}")
        time.sleep(0.1)


def walk(node):
    """Yields node and what is under it, as far as it shows."""
    if node is None:
        return
    yield node
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for i in range(min(count, 500)):
        try:
            child = node.get_child_at_index(i)
        except GLib.Error:
            continue
        yield from walk(child)


def application():
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(i)
        if app and app.get_name() == "hubcap":
            return app
    return None


def find(role, name, exact=False, under=None):
    """The first visible thing of a role whose name holds name."""
    for node in walk(under or application()):
        try:
            if role and node.get_role_name() != role:
                continue
            label = node.get_name() or ""
            if (label == name) if exact else (name in label):
                if node.get_state_set().contains(Atspi.StateType.VISIBLE):
                    return node
        except GLib.Error:
            continue
    return None


def text_of(node):
    """All text under a node."""
    parts = []
    for n in walk(node):
        try:
            if n.get_role_name() in ("link", "push button", "heading") and n.get_name():
                parts.append(n.get_name())
            t = n.get_text_iface()
            if t:
                parts.append(Atspi.Text.get_text(t, 0, -1).replace("\ufffc", " "))
        except GLib.Error:
            continue
    return " ".join(" ".join(parts).split())


def page_text():
    doc = until("a page", lambda: next((n for n in walk(application()) if n.get_role_name() == "document web"), None))
    return text_of(doc)


def press(role, name, exact=False, seconds=30):
    node = until(f"{role} {name!r}", lambda: find(role, name, exact), seconds)
    act = node.get_action_iface()
    if act is None or not Atspi.Action.do_action(act, 0):
        raise AssertionError(f"{role} {name!r} can't be pressed")
    return node


def key(*keys):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def type_into(role, name, text):
    node = until(f"{role} {name!r}", lambda: find(role, name))
    comp = node.get_component_iface()
    if comp is None or not Atspi.Component.grab_focus(comp):
        raise AssertionError(f"{role} {name!r} takes no focus")
    subprocess.run(["xdotool", "type", "--delay", "8", text], check=True)


def dialog(name):
    return until(f"the dialog {name!r}", lambda: find("file chooser", name) or find("dialog", name))


def in_dialog(name, path, button):
    """Names a file in one of the system's dialogs and presses its button."""
    box = dialog(name)

    def entry():
        return next((n for n in walk(box) if n.get_role_name() == "text" and n.get_editable_text_iface()
                     and n.get_state_set().contains(Atspi.StateType.SHOWING)), None)

    if not entry():
        time.sleep(0.5)  # a dialog that is just mapped drops keys; nothing tells when it takes them
        key("ctrl+l")  # shows the entry for a path
    where = until("the entry for the path", entry)
    Atspi.EditableText.set_text_contents(where, path)
    until("the path", lambda: Atspi.Text.get_text(where, 0, -1) == path)
    go = until(f"the button {button}", lambda: find("push button", button, exact=True, under=box))

    def done():
        # The dialog looks the folder up first and takes no press meanwhile.
        if find("file chooser", name) or find("dialog", name):
            Atspi.Component.grab_focus(where)
            key("Return")
            time.sleep(0.5)
            return False
        return True

    until(f"{go.get_name()} to be done", done)


def picture(name):
    """Keeps what the screen shows, for a person to look at."""
    root = Gdk.get_default_root_window()
    pix = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
    OUT.mkdir(exist_ok=True)
    pix.savev(str(OUT / f"desktop-{name}.png"), "png", [], [])


def start(*extra):
    with open(HOME / "hub.log", "ab") as log:
        return subprocess.Popen(
            [HUB, "desktop", "--data", DATA, "--sample", "--models", ROOT / "build/models",
             "--worker", ROOT / "build/bin/hubcap-worker", *extra],
            stdout=log, stderr=log)


def geometry():
    """The size of the window, as the screen has it."""
    out = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Hubcap", "getwindowgeometry", "--shell"],
                         check=True, capture_output=True, text=True).stdout
    at = dict(line.split("=") for line in out.split())
    return int(at["WIDTH"]), int(at["HEIGHT"])


class Socket(http.client.HTTPConnection):
    """HTTP over the hub's own socket, as commands of this user speak it."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(DATA / "hubcap.sock"))


def api(path, method="GET", body=None):
    hub = Socket("hub")
    hub.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
    answer = hub.getresponse()
    body = answer.read()
    hub.close()
    if answer.status not in (200, 201):
        raise AssertionError(f"{method} {path}: {answer.status} {body[:300]}")
    return json.loads(body)


class Window(unittest.TestCase):
    """The tests share one window and run in the order of their names."""

    hub = None

    @classmethod
    def setUpClass(cls):
        cls.hub = start()
        until("the window", lambda: find("frame", "Hubcap"), 60)

    @classmethod
    def tearDownClass(cls):
        if cls.hub.poll() is None:
            cls.hub.kill()
            cls.hub.wait()

    def tearDown(self):
        for _, trouble in getattr(self._outcome, "errors", []):
            if trouble:
                picture("failed-" + self._testMethodName)
        if any(trouble for _, trouble in self._outcome.result.failures + self._outcome.result.errors):
            picture("failed-" + self._testMethodName)

    def test_01_opens_on_the_welcome(self):
        until("the welcome", lambda: find("heading", "Welcome to Hubcap"))
        picture("welcome")
        press("push button", "Skip the rest")

    def test_02_decodes_and_saves(self):
        press("link", "Decode")
        type_into("entry", "VIN", VIN)
        key("Return")
        until("the decoded vehicle", lambda: "F-150" in page_text())
        picture("decoded")
        press("push button", "Save")
        until("the saved vehicle", lambda: find("page tab", "Overview"))
        page = api("/api/v1/vehicles?vin=" + VIN)
        self.assertEqual(len(page["items"]), 1, page)

    def test_03_finds_it_by_its_last_six(self):
        type_into("entry", "Search vehicles", VIN[-6:])
        key("Return")
        until("the hit", lambda: VIN in page_text().replace(" ", "") or find("link", "F-150"))
        picture("found")

    def test_04_shows_an_insight_with_its_proof(self):
        vehicles = api("/api/v1/vehicles?limit=200")["items"]
        until("a link to a vehicle", lambda: find("link", "F-150"))
        press("link", "F-150")
        press("page tab", "Insights")
        until("the label under the text", lambda: "worded by SmolLM2" in page_text(), 60)
        picture("insight")
        self.assertGreater(len(vehicles), 10)

    def test_04b_is_dark_at_night(self):
        mine = api("/api/v1/preferences")
        api("/api/v1/preferences", "PUT", mine | {"theme": "dark"})
        press("menu item", "Reload")
        until("the page again", lambda: "worded by SmolLM2" in page_text(), 60)
        picture("insight-dark")
        api("/api/v1/preferences", "PUT", mine)
        press("menu item", "Reload")
        until("the page again", lambda: find("link", "Decode"))

    def test_05_opens_and_saves_files_by_the_systems_dialogs(self):
        listed = HOME / "lots.csv"
        listed.write_text('Lot,VIN\n1,1FTFW1EF0FF107919\n2,5KBCT1A33E1768185\n')
        press("link", "Decode")
        press("push button", "Open a list")
        in_dialog("", str(listed), "Open")
        until("both VINs", lambda: find("heading", "2 VINs"))
        picture("list")
        saved = HOME / "out" / "decoded here.csv"
        press("push button", "Save as CSV")
        dialog("Save")
        picture("save-dialog")
        in_dialog("Save", str(saved), "Save")
        text = until("the file", lambda: saved.exists() and saved.read_text())
        self.assertIn("1FTFW1EF0FF107919,2015,FORD,F-150", text)
        self.assertEqual(len(text.splitlines()), 3)
        until("word of it", lambda: "Saved as" in page_text())
        # Changing one's mind leaves nothing behind.
        press("push button", "Save as CSV")
        box = dialog("Save")
        no = until("the button Cancel", lambda: find("push button", "Cancel", exact=True, under=box))
        Atspi.Action.do_action(no, 0)
        until("no dialog", lambda: not find("file chooser", "Save"))
        self.assertEqual(sorted(p.name for p in (HOME / "out").iterdir()), ["decoded here.csv"])

    def prints(self, name, ask):
        """Asks for the print dialog, keeps a picture of it and closes it."""
        def opened():
            # A press while the dialog before still closes is lost, as a
            # person's would be: they press again.
            if not find("dialog", "Print"):
                ask()
            try:
                return until("the print dialog", lambda: find("dialog", "Print"), 10)
            except AssertionError:
                return None

        until("the print dialog, asked for again", opened, 40)
        picture(name)

        def closed():
            # A dialog that is just mapped drops keys.
            box = find("dialog", "Print")
            no = box and find("push button", "Cancel", exact=True, under=box)
            if no:
                Atspi.Action.do_action(no, 0)
            return not box

        until("no print dialog", closed)

    def test_06_prints(self):
        self.prints("print", lambda: press("menu item", "Print…"))

    def test_06b_prints_by_the_pages_own_button(self):
        type_into("entry", "Search vehicles", VIN)
        key("Return")
        press("link", "F-150")
        until("the vehicle", lambda: find("page tab", "Overview"))

        def ask():
            press("combo box", "More actions")  # a button with a menu has a role of its own
            press("menu item", "Print this page")

        self.prints("print-page", ask)
        # Printing put the live updates off for a moment only.
        vehicle = api("/api/v1/vehicles?vin=" + VIN)["items"][0]
        api(f"/api/v1/vehicles/{vehicle['id']}/notes", "POST", {"text": "Heard after printing"})
        until("what somebody else wrote", lambda: "Heard after printing" in page_text())

    def test_07_is_one_instance(self):
        second = start()
        self.assertEqual(second.wait(timeout=30), 0, "the second start should raise the first one's window and end")
        self.assertIsNone(self.hub.poll(), "the first one ended")
        windows = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Hubcap"], capture_output=True, text=True).stdout.split()
        self.assertEqual(len(windows), 1)

    def test_08_remembers_its_size_and_drains_on_quit(self):
        subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Hubcap", "windowsize", "--sync", "1010", "640"], check=True)
        before = geometry()
        port = json.loads((DATA / "run.json").read_text())["url"]
        press("menu item", "Quit", seconds=10)
        self.assertEqual(self.hub.wait(timeout=30), 0)
        self.assertFalse((DATA / "run.json").exists(), "a hub that ended by itself leaves no word of running")
        type(self).hub = start()
        until("the window again", lambda: find("frame", "Hubcap"), 60)
        until("the page", lambda: find("entry", "Search vehicles"))
        after = until("the same size", lambda: geometry() == before and before)
        self.assertEqual(before, after)
        self.assertEqual(json.loads((DATA / "run.json").read_text())["url"], port, "the same port again")

    def test_09_ends_with_the_session(self):
        self.hub.send_signal(signal.SIGTERM)
        self.assertEqual(self.hub.wait(timeout=30), 0)
        log = (HOME / "hub.log").read_text()
        self.assertNotIn("panic", log)
        self.assertNotIn("requests cut off", log)


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=True, argv=sys.argv)
