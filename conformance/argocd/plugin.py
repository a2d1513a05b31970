"""Asks Argo CD's plugin server, with our plugin.yaml, for what it should say, and compares it with the program itself.

usage: plugin.py SERVER SAILPLAN PLATFORM

SERVER is argocd-plugin, PLATFORM a folder with platform.yaml that renders.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

SERVER, PROGRAM = (os.path.realpath(path) for path in sys.argv[1:3])
PLATFORM = pathlib.Path(sys.argv[3]).resolve()
HERE = pathlib.Path(__file__).parent
faults = []


def check(what, holds, said=""):
    if not holds:
        faults.append(f"{what}: {said}")
        print(f"not so: {what}: {said}")


class Server:
    """The plugin server, in a folder of its own."""

    def __init__(self, plugin, folder):
        config = folder / "config"
        config.mkdir(parents=True)
        shutil.copy(plugin, config / "plugin.yaml")
        (folder / "plugins").mkdir()
        (folder / "bin").mkdir()
        os.symlink(PROGRAM, folder / "bin" / "sailplan")
        # Nothing of the tester's environment, as in the container.
        environment = {
            "PATH": f"{folder}/bin",
            "TMPDIR": str(folder),
            "ARGOCD_PLUGINSOCKFILEPATH": str(folder / "plugins"),
            "ARGOCD_CMP_WORKDIR": str(folder / "work"),
            "ARGOCD_EXEC_TIMEOUT": "30s",
        }
        self.process = subprocess.Popen(
            [SERVER, str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, text=True,
        )

    def ask(self, do, repo, app=".", env=(), seconds=60):
        request = {"Do": do, "Repo": str(repo), "App": app, "Env": list(env), "Seconds": seconds}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the plugin server has ended")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


def parameters(**values):
    def one(name, value):
        return {"name": name, **({"array": value} if isinstance(value, list) else {"string": value})}

    return [f"ARGOCD_APP_PARAMETERS={json.dumps([one(*item) for item in values.items()])}"]


def rendered(repo, app, *args):
    done = subprocess.run([PROGRAM, "render", "--stdout", *args], cwd=repo / app, capture_output=True, check=True)
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def ordered(objects):
    return sorted(json.dumps(o, sort_keys=True, default=str) for o in objects)


def equal(server, repo, app, env, *args):
    answer = server.ask("generate", repo, app, env)
    got = [json.loads(text) for text in answer["manifests"] or []]
    want = rendered(repo, app, *args)
    check(f"objects of {app} with {env}", ordered(got) == ordered(want) and want, answer["error"] or f"{len(got)} of {len(want)}")
    return len(got)


def run(server, folder):
    repo = folder / "repo"
    platform = repo / "platforms" / "hub"
    shutil.copytree(PLATFORM, platform)
    (repo / "charts").mkdir()
    (repo / "charts" / "platform.yaml").write_text("name: not one of ours\n")
    app = "platforms/hub"

    check("discovery of a spec", server.ask("discover", repo, app)["supported"])
    check("discovery of another folder", not server.ask("discover", repo, "charts")["supported"])
    check("discovery of the root", not server.ask("discover", repo)["supported"])

    announced = {p["name"]: p for p in server.ask("parameters", repo, app)["parameters"] or []}
    check("parameters", set(announced) == {"spec", "app", "category", "environment", "cluster", "part"}, str(set(announced)))
    check("names in the tooltip", "harbor" in announced.get("app", {}).get("tooltip", ""), str(announced.get("app")))

    count = equal(server, repo, app, [])
    equal(server, repo, app, ["ARGOCD_APP_PARAMETERS=null"])
    equal(server, repo, app, parameters(app=["harbor"]), "--select", "app=harbor")
    equal(server, repo, app, parameters(category="security"), "--select", "category=security")
    equal(server, repo, app, parameters(cluster="in-cluster", app="vault"), "--select", "cluster=in-cluster,app=vault")

    for env, said in [
        (parameters(ap="harbor"), "there is no parameter `ap`; did you mean `app`?"),
        (parameters(app="habor"), "did you mean `harbor`?"),
        (parameters(part="some"), "`all`, `argocd` or `manifests`"),
        (parameters(app="harbor", category="security"), "would prune all that it deployed"),
        (parameters(spec="../../charts/platform.yaml"), "`..`"),
        (["ARGOCD_APP_PARAMETERS={"], "is not what Argo CD writes"),
    ]:
        answer = server.ask("generate", repo, app, env)
        check(f"error of {env}", said in answer["error"] and not answer["manifests"], answer["error"])

    spec = platform / "platform.yaml"
    good = spec.read_text()
    spec.write_text(good.replace("categories:", "categoris:", 1))
    answer = server.ask("generate", repo, app)
    check("a broken spec", "did you mean `categories`?" in answer["error"] and "platform.yaml:" in answer["error"], answer["error"])
    check("no objects of it", not answer["manifests"], "there are some")
    spec.write_text(good)

    answer = server.ask("generate", repo, app, seconds=0.05)
    check("a time-out", "deadline" in answer["error"].lower() or "killed" in answer["error"], answer["error"])
    check("and then again", server.ask("discover", repo, app)["supported"])
    return count


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    server = Server(HERE.parent.parent / "cmp" / "plugin.yaml", folder / "s")
    objects = run(server, folder)
    server.close()

print(f"plugin server: {objects} objects, {len(faults)} faults")
sys.exit(bool(faults))
