"""Rasa 3.6.21 and the rasa-sdk of the other environment speak the same protocol, forms and rejections included.

A throw-away project is trained and served for real: Rasa from `bot/`, its actions from our launcher.
"""

from __future__ import annotations

import json
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from deploy.client import ask
from deploy.settings import BOT_PYTHON, PYTHON, ROOT, Ports, environment
from tests.servers import wait_until
from tests.support.ports import free_port

PROJECT = {
    "config.yml": """
recipe: default.v1
language: zh
assistant_id: protocol-probe
pipeline: [{name: rasa.nlu.classifiers.keyword_intent_classifier.KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
""",
    "domain.yml": """
version: "3.1"
intents: [sign_up, refuse_me, break_down, show_all]
entities: []
slots:
  company: {type: text, mappings: [{type: from_text, conditions: [{active_loop: lead_form, requested_slot: company}]}]}
  phone: {type: text, mappings: [{type: from_text, conditions: [{active_loop: lead_form, requested_slot: phone}]}]}
forms:
  lead_form: {required_slots: [company, phone]}
responses:
  utter_ask_company: [{text: "company?", custom: {kind: form, slot: company}}]
actions: [action_submit, action_refuse, action_break, action_show_all, action_ask_phone, validate_lead_form]
""",
    "data.yml": """
version: "3.1"
nlu:
  - {intent: sign_up, examples: "- sign up\\n- register"}
  - {intent: refuse_me, examples: "- refuse me\\n- reject"}
  - {intent: break_down, examples: "- break down\\n- explode"}
  - {intent: show_all, examples: "- show all\\n- everything"}
rules:
  - rule: The form starts
    steps: [{intent: sign_up}, {action: lead_form}, {active_loop: lead_form}]
  - rule: The form ends
    condition: [{active_loop: lead_form}]
    steps: [{action: lead_form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: action_submit}]
  - rule: An action rejects
    steps: [{intent: refuse_me}, {action: action_refuse}]
  - rule: An action raises
    steps: [{intent: break_down}, {action: action_break}]
  - rule: An action says everything an action can say
    steps: [{intent: show_all}, {action: action_show_all}]
""",
    "credentials.yml": "rasa.core.channels.rest.RestInput:\n",
    "endpoints.yml": "action_endpoint:\n  url: ${ACTION_ENDPOINT}\n",
    # Python runs this before anything else: a process writes down what it has imported, asked by a signal or at its end.
    "sitecustomize.py": """
import atexit, json, os, pathlib, signal, sys
def tell(*_):
    loaded = {name: type(getattr(module.__spec__, "loader", None)).__name__ for name, module in list(sys.modules.items()) if "." not in name}
    folder = pathlib.Path(__file__).parent
    (folder / f"{os.getpid()}.part").write_text(json.dumps(loaded))
    (folder / f"{os.getpid()}.part").rename(folder / f"{os.getpid()}.modules.json")
atexit.register(tell)
signal.signal(signal.SIGUSR1, tell)
""",
    "probe_actions.py": """
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection


class ActionSubmit(Action):
    def name(self):
        return "action_submit"

    def run(self, dispatcher, tracker, domain):
        slots = tracker.slots
        dispatcher.utter_message(text=f"submitted {slots['company']} {slots['phone']}")
        return [SlotSet("company", None), SlotSet("phone", None)]


class ActionAskPhone(Action):
    def name(self):
        return "action_ask_phone"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="phone?", json_message={"kind": "form", "slot": "phone"})
        return []


class ActionRefuse(Action):
    def name(self):
        return "action_refuse"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name())


class ActionBreak(Action):
    def name(self):
        return "action_break"

    def run(self, dispatcher, tracker, domain):
        raise RuntimeError("broken on purpose")


class ActionShowAll(Action):
    def name(self):
        return "action_show_all"

    async def run(self, dispatcher, tracker, domain):
        buttons = [{"title": "one", "payload": "two"}]
        dispatcher.utter_message(text=tracker.latest_message["text"], buttons=buttons, json_message={"kind": "answer"})
        return []


class ValidateLeadForm(FormValidationAction):
    def name(self):
        return "validate_lead_form"

    async def validate_phone(self, value, dispatcher, tracker, domain):
        if value.isdecimal():
            return {"phone": value}
        dispatcher.utter_message(text="digits only")
        return {"phone": None}
""",
}
LAUNCH = "import sys; from deploy.action_server import application; application('probe_actions').run(host='127.0.0.1', port=int(sys.argv[1]), single_process=True, motd=False)"


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    """URL of the Rasa server of the throw-away project, its log, and what training and serving had imported."""
    folder, ports = tmp_path_factory.mktemp("probe"), Ports(free_port(), free_port(), free_port())
    for name, content in PROJECT.items():
        (folder / name).write_text(content, encoding="utf-8")
    environ = environment(ports)
    environ["PYTHONPATH"] = f"{ROOT}:{folder}"
    rasa = [BOT_PYTHON, "-m", "bot"]
    trained = subprocess.run(
        [*rasa, "train", "--data", "data.yml", "--fixed-model-name", "probe"],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (folder / "models" / "probe.tar.gz").exists(), trained.stdout + trained.stderr
    (training,) = folder.glob("*.modules.json")
    log = folder / "log"
    commands = (
        [PYTHON, "-c", LAUNCH, str(ports.actions)],
        [*rasa, "run", "--interface", "127.0.0.1", "--port", str(ports.bot), "--enable-api", "--model", "models"],
    )
    with log.open("wb") as output:
        started = [
            subprocess.Popen(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT)
            for command in commands
        ]
    try:
        for address in (f"{ports.actions_url}/health", f"{ports.url}/status"):
            wait_until(lambda address=address: up(address), 300, log.read_text(encoding="utf-8")[-2000:])

        def imported():
            """Of training and of the Rasa server as it is now: module → the kind of its loader."""
            started[1].send_signal(signal.SIGUSR1)
            serving = folder / f"{started[1].pid}.modules.json"
            wait_until(serving.exists, 60, "the Rasa server to tell what it has imported")
            return [json.loads(file.read_text(encoding="utf-8")) for file in (training, serving)]

        yield ports.url, log, imported
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def up(address):
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


def events(url, sender):
    return requests.get(f"{url}/conversations/{sender}/tracker", timeout=10).json()["events"]


def test_a_form_asks_validates_asks_again_and_submits(probe):
    url, _, _ = probe
    talk = [ask(url, "form", text) for text in ("sign up", "甲公司", "not a number", "12345")]
    assert [turn.texts for turn in talk] == [
        ["company?"],
        ["phone?"],
        ["digits only", "phone?"],
        ["submitted 甲公司 12345"],
    ]
    assert [turn.envelope.get("slot") for turn in talk] == ["company", "phone", "phone", None]


def test_texts_buttons_and_envelopes_arrive_as_they_were_sent(probe):
    turn = ask(probe[0], "all", "show all")
    assert (turn.texts, turn.buttons) == (["show all"], [{"title": "one", "payload": "two"}])
    assert turn.envelopes == [{"kind": "answer"}]


def test_a_rejection_is_understood_and_the_conversation_goes_on(probe):
    url, _, _ = probe
    assert ask(url, "rejecting", "refuse me").texts == []
    rejected = [event for event in events(url, "rejecting") if event["event"] == "action_execution_rejected"]
    assert [event["name"] for event in rejected] == ["action_refuse"]
    assert ask(url, "rejecting", "show all").texts == ["show all"]


def test_an_action_that_raises_costs_one_turn_and_leaves_no_text_in_the_log(probe):
    url, log, _ = probe
    assert ask(url, "failing", "show all").texts == ["show all"]
    assert ask(url, "failing", "sign up").texts == ["company?"]
    assert ask(url, "failing", "secret-words-of-an-investor").texts == ["phone?"]
    assert ask(url, "failing", "13800001111").texts == ["submitted secret-words-of-an-investor 13800001111"]
    assert ask(url, "failing", "break down").texts == []
    assert ask(url, "failing", "show all").texts == ["show all"]
    written = log.read_text(encoding="utf-8")
    assert "broken on purpose" in written
    assert "secret-words" not in written
    assert "13800001111" not in written


def test_many_conversations_at_once_stay_apart(probe):
    def talk(n):
        return [ask(probe[0], f"visitor-{n}", text).texts for text in ("sign up", f"company {n}", str(n))][-1]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(talk, range(8))) == [[f"submitted company {n} {n}"] for n in range(8)]


def test_neither_training_nor_serving_imports_what_is_left_out(probe):
    url, _, imported = probe
    assert ask(url, "lean", "show all").texts == ["show all"]
    for loaded in imported():
        assert {"rasa", "sanic"} <= loaded.keys()
        assert {"tensorflow", "keras", "matplotlib", "sklearn", "skops"} & loaded.keys() == set()
        assert {loaded.get(name, "_StandIns") for name in ("boto3", "botocore", "pymongo")} == {"_StandIns"}
