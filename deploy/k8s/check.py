"""What the manifests must be, beyond being YAML: see check.sh. One function for each thing that can be wrong."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import jsonschema
import kubernetes_validate
import yaml

from breakages import IN_A_DOCUMENT, IN_THE_WHOLE

VERSIONS = ["1.30", "1.33", "1.37"]  # the oldest that is supported, one between, the newest that is known
OVERLAYS = ["overlays/city", "overlays/county"]
MIGRATIONS = {"migrate/city": "overlays/city", "migrate/county": "overlays/county"}
PODS = {"Deployment", "StatefulSet", "Job", "CronJob"}
OPERATORS_PODS = {"cnpg.io/cluster": "postgres"}  # of pods that an operator makes


NOTES = set()


def note(text):
    if text not in NOTES:
        print(f"   note: {text}")
    NOTES.add(text)


def name(doc):
    return f"{doc.get('kind')}/{doc.get('metadata', {}).get('name')}"


def pod_template(doc):
    spec = doc["spec"]["jobTemplate"]["spec"] if doc["kind"] == "CronJob" else doc["spec"]
    return spec["template"]


def pods(docs):
    return [(doc, pod_template(doc)) for doc in docs if doc["kind"] in PODS]


def containers(template):
    return template["spec"].get("initContainers", []) + template["spec"]["containers"]


def of_kind(docs, kind):
    return {doc["metadata"]["name"]: doc for doc in docs if doc["kind"] == kind}


def matches(labels, selector):
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(
        labels.get(each["key"]) in each.get("values", []) for each in selector.get("matchExpressions", [])
    )


# --- rendering


RENDERERS = (["kustomize", "build"], ["kubectl", "kustomize"])


def can_render():
    return any(shutil.which(command[0]) for command in RENDERERS)


def render(folder):
    for command in RENDERERS:
        if shutil.which(command[0]):
            done = subprocess.run([*command, str(folder)], capture_output=True, text=True)
            if done.returncode != 0:
                return None, [f"does not render: {done.stderr.strip().splitlines()[-1]}"]
            return [doc for doc in yaml.safe_load_all(done.stdout) if doc], []
    return None, []


def sources(folder, seen=None):
    """Without a renderer: the resources of an overlay, each by itself, unpatched."""
    seen = set() if seen is None else seen
    docs, problems = [], []
    text = yaml.safe_load((folder / "kustomization.yaml").read_text())
    for patch in text.get("patches", []):
        if not (folder / patch["path"]).is_file():
            problems.append(f"{folder.name}: patch {patch['path']} is missing")
    for resource in text.get("resources", []):
        path = (folder / resource).resolve()
        if path in seen:
            continue
        seen.add(path)
        if path.is_dir():
            more, wrong = sources(path, seen)
            docs, problems = docs + more, problems + wrong
        elif path.is_file():
            try:
                docs += [doc for doc in yaml.safe_load_all(path.read_text()) if doc]
            except yaml.YAMLError as error:
                problems.append(f"{resource}: not YAML: {error}")
        else:
            problems.append(f"{folder.name}: resource {resource} is missing")
    return docs, problems


# --- what can be wrong


KNOWN = {}  # what was found about a document: the same one is in several overlays


def schemas(docs, here):
    for doc in docs:
        key = json.dumps(doc, sort_keys=True)
        if key not in KNOWN:
            KNOWN[key] = list(schema(doc, here))
        yield from KNOWN[key]


def schema(doc, here):
    if doc.get("apiVersion", "").split("/")[0].endswith("cnpg.io"):
        path = here / "schemas" / f"{doc['kind']}.json"
        if not path.is_file():
            yield f"{name(doc)}: there is no schema of its kind"
            return
        errors = jsonschema.Draft7Validator(json.loads(path.read_text())).iter_errors(doc)
        yield from (f"{name(doc)}: {error.json_path}: {error.message}" for error in errors)
        return
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(doc, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{name(doc)}: {'.'.join(map(str, error.path))}: {error.message} (Kubernetes {version})"
            return
        except kubernetes_validate.SchemaNotFoundError as error:
            yield f"{name(doc)}: {error} (Kubernetes {version})"
            return


def hardened(docs):
    for doc, template in pods(docs):
        spec = template["spec"]
        pod = spec.get("securityContext", {})
        wanted = {
            "runs as root": pod.get("runAsNonRoot") is True and pod.get("runAsUser", 0) > 0,
            "has no seccomp profile": pod.get("seccompProfile", {}).get("type") == "RuntimeDefault",
            "gets a token of the cluster": spec.get("automountServiceAccountToken") is False,
            "runs under the default account": spec.get("serviceAccountName", "default") != "default",
        }
        for container in containers(template):
            own, resources = container.get("securityContext", {}), container.get("resources", {})
            wanted |= {
                "may write to its root": own.get("readOnlyRootFilesystem") is True,
                "may gain privileges": own.get("allowPrivilegeEscalation") is False,
                "has capabilities": own.get("capabilities", {}).get("drop") == ["ALL"],
                "has no memory limit": "memory" in resources.get("limits", {}),
                "asks for no CPU": "cpu" in resources.get("requests", {}),
                "has an image without a version": ":" in container["image"].rsplit("/", 1)[-1]
                and not container["image"].endswith(":latest"),
            }
            if doc["kind"] in {"Deployment", "StatefulSet"}:
                probes = {"startupProbe", "readinessProbe", "livenessProbe"}
                wanted["lacks a probe"] = probes <= container.keys()
        yield from (f"{name(doc)}: {what}" for what, fine in wanted.items() if not fine)


def declared_secrets(here):
    lines = (here / "secrets.txt").read_text().splitlines()
    entries = (line.split(":")[0].split() for line in lines if line and not line.startswith("#"))
    return {entry[0]: set(entry[1:]) for entry in entries}


def secrets(docs, here):
    declared = declared_secrets(here)
    yield from (f"{name(doc)}: a secret is checked in" for doc in docs if doc["kind"] == "Secret")

    def walk(node, doc):
        if isinstance(node, dict):
            key = node.get("secretKeyRef")
            if key and key["key"] not in declared.get(key["name"], set()):
                yield f"{name(doc)}: secret {key['name']}/{key['key']} is not in secrets.txt"
            for at in ("secretName",):
                if at in node and node[at] not in declared:
                    yield f"{name(doc)}: secret {node[at]} is not in secrets.txt"
            for at in ("passwordSecret", "secret"):
                inner = node.get(at)
                if isinstance(inner, dict) and "name" in inner and inner["name"] not in declared:
                    yield f"{name(doc)}: secret {inner['name']} is not in secrets.txt"
            for value in node.values():
                yield from walk(value, doc)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, doc)

    for doc in docs:
        yield from walk(doc, doc)


def references(docs, accounts):
    templates = [template for _, template in pods(docs)]
    labels = [template["metadata"]["labels"] for template in templates]
    config_maps, services = of_kind(docs, "ConfigMap"), of_kind(docs, "Service")
    for doc, template in pods(docs):
        spec = template["spec"]
        if spec.get("serviceAccountName") not in accounts:
            yield f"{name(doc)}: service account {spec.get('serviceAccountName')} is nowhere"
        volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
        claims = {claim["metadata"]["name"] for claim in doc["spec"].get("volumeClaimTemplates", [])}
        for volume in volumes.values():
            if "configMap" in volume and volume["configMap"]["name"] not in config_maps:
                yield f"{name(doc)}: config map {volume['configMap']['name']} is nowhere"
        for container in containers(template):
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in volumes.keys() | claims:
                    yield f"{name(doc)}: volume {mount['name']} is nowhere"
            for source in container.get("envFrom", []):
                if source["configMapRef"]["name"] not in config_maps:
                    yield f"{name(doc)}: config map {source['configMapRef']['name']} is nowhere"
        if doc["kind"] in {"Deployment", "StatefulSet"}:
            if not matches(template["metadata"]["labels"], doc["spec"]["selector"]):
                yield f"{name(doc)}: its selector does not select its own pods"
        if doc["kind"] == "StatefulSet" and doc["spec"]["serviceName"] not in services:
            yield f"{name(doc)}: service {doc['spec']['serviceName']} is nowhere"
    for service in services.values():
        chosen = [t for t in templates if matches(t["metadata"]["labels"], {"matchLabels": service["spec"]["selector"]})]
        if not chosen:
            yield f"{name(service)}: selects nothing"
        ports = {port.get("name") for t in chosen for c in containers(t) for port in c.get("ports", [])}
        for port in service["spec"]["ports"]:
            if port.get("targetPort") not in ports:
                yield f"{name(service)}: port {port.get('targetPort')} is nobody's"
    for budget in of_kind(docs, "PodDisruptionBudget").values():
        if not any(matches(each, budget["spec"]["selector"]) for each in labels):
            yield f"{name(budget)}: selects nothing"
    for scaler in of_kind(docs, "HorizontalPodAutoscaler").values():
        target = scaler["spec"]["scaleTargetRef"]
        if target["name"] not in of_kind(docs, target["kind"]):
            yield f"{name(scaler)}: {target['name']} is nowhere"
        elif "replicas" in of_kind(docs, target["kind"])[target["name"]]["spec"]:
            yield f"{name(scaler)}: {target['name']} has replicas of its own, which each roll-out would put back"


def network(docs):
    known = [template["metadata"]["labels"] for _, template in pods(docs)] + [OPERATORS_PODS]
    # A policy may open a way for a job that is applied by itself.
    known.append({"jianyi.io/tier": "migrate"})
    policies = of_kind(docs, "NetworkPolicy")
    if not any(
        each["spec"]["podSelector"] == {} and set(each["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and "ingress" not in each["spec"] and "egress" not in each["spec"]
        for each in policies.values()
    ):
        yield "there is no policy that closes everything"
    for policy in policies.values():
        selectors = [policy["spec"]["podSelector"]]
        for rule in policy["spec"].get("ingress", []) + policy["spec"].get("egress", []):
            for peer in rule.get("from", []) + rule.get("to", []):
                if "namespaceSelector" not in peer and "podSelector" in peer:
                    selectors.append(peer["podSelector"])
        for selector in selectors:
            if selector and not any(matches(each, selector) for each in known):
                yield f"{name(policy)}: {selector} selects nothing"


def environment(docs, sources_text):
    """Every variable is one that the programs read."""
    config_maps = of_kind(docs, "ConfigMap")
    for doc, template in pods(docs):
        for container in containers(template):
            given = {entry["name"]: entry.get("value", "") for entry in container.get("env", [])}
            for source in container.get("envFrom", []):
                given |= config_maps.get(source["configMapRef"]["name"], {}).get("data", {})
            for variable in given:
                if variable.startswith("JIANYI_") and f'"{variable}"' not in sources_text:
                    yield f"{name(doc)}: no program reads {variable}"
            yield from addresses(doc, given, docs)


def addresses(doc, given, docs):
    services = of_kind(docs, "Service")
    if not services:
        return
    for variable, value in given.items():
        for host, port in re.findall(r"(?:https?|nats)://([a-z0-9.-]+):(\d+)", value):
            found = services.get(host)
            if found is None or int(port) not in [each["port"] for each in found["spec"]["ports"]]:
                yield f"{name(doc)}: {variable} names {host}:{port}, which no service offers"


def databases(docs, site):
    """Every database url names a role, a database and an access that the cluster has."""
    clusters = of_kind(site, "Cluster")
    initdb = clusters["postgres"]["spec"]["bootstrap"]["initdb"]
    spec = clusters["postgres"]["spec"]
    roles = {role["name"] for role in spec["managed"]["roles"]} | {initdb["owner"]}
    owners = {initdb["database"]: initdb["owner"]}
    owners |= {each["spec"]["name"]: each["spec"]["owner"] for each in of_kind(site, "Database").values()}
    for doc, template in pods(docs):
        for container in containers(template):
            for entry in container.get("env", []):
                url = re.match(r"postgres://(\w+):\$\((\w+)\)@([\w-]+):5432/(\w+)", entry.get("value", ""))
                if entry["name"].startswith("JIANYI_DATABASE_") and "URL" in entry["name"]:
                    if not url:
                        yield f"{name(doc)}: {entry['name']} is no address with a password from a secret"
                        continue
                    role, password, host, database = url.groups()
                    access = f"host {database} {database}_owner,{database}_app all scram-sha-256"
                    passwords = {
                        each["name"]: each["valueFrom"]["secretKeyRef"]["name"]
                        for each in container["env"]
                        if "secretKeyRef" in each.get("valueFrom", {})
                    }
                    wrong = {
                        f"role {role}": role not in roles,
                        f"database {database}": database not in owners,
                        f"owner of {database}": role.endswith("_owner") and owners.get(database) != role,
                        f"access to {database}": access not in spec["postgresql"]["pg_hba"],
                        f"password of {role}": passwords.get(password) != f"postgres-{role.replace('_', '-')}",
                        f"host {host}": host != "postgres-rw",
                    }
                    yield from (f"{name(doc)}: {what} does not fit" for what, bad in wrong.items() if bad)


def broker(docs):
    for config in (doc for doc in docs if doc["kind"] == "ConfigMap" and "nats.conf" in doc["data"]):
        key = config["data"]["nats.conf"]
        if key not in KNOWN:
            KNOWN[key] = list(accepted(config))
        yield from KNOWN[key]


def accepted(config):
    """The server itself reads its configuration, with certificates and accounts made for the occasion."""
    if not shutil.which("nats-server") or not shutil.which("openssl"):
        note("without nats-server and openssl the broker's configuration is not read")
        return
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        for part in ("config", "accounts", "leaf-tls"):
            (here / part).mkdir()
        pem = here / "leaf-tls"
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        made += ["-keyout", str(pem / "tls.key"), "-out", str(pem / "tls.crt"), "-subj", "/CN=check", "-days", "1"]
        subprocess.run(made, check=True, capture_output=True)
        shutil.copy(pem / "tls.crt", pem / "ca.crt")
        for file in ("users", "system"):
            (here / f"accounts/{file}.conf").write_text(f"users: [ {{ user: {file}, password: x }} ]\n")
        (here / "accounts/remote.conf").write_text('url: "tls://leaf-410621:x@city.example:7422"\n')
        text = config["data"]["nats.conf"].replace("/etc/nats", str(here))
        (here / "config/nats.conf").write_text(text)
        command = ["nats-server", "-t", "-c", str(here / "config/nats.conf")]
        done = subprocess.run(command, capture_output=True, text=True, env={"SERVER_NAME": "nats-0", "PATH": "/"},
                              executable=shutil.which("nats-server"))
        if done.returncode != 0:
            yield f"{name(config)}: nats-server refuses it: {done.stderr.strip().splitlines()[-1]}"
        for port in ("4222", "6222", "8222"):
            if f'0.0.0.0:{port}"' not in text:
                yield f"{name(config)}: nothing listens on {port}"


# --- all of it


def check(here, root):
    programs = "\n".join(path.read_text() for path in sorted(root.glob("services/**/src/**/*.rs")))
    problems, counted, sites = [], 0, {}
    rendered = can_render()
    for folder in [*OVERLAYS, *MIGRATIONS]:
        docs, wrong = render(here / folder) if rendered else sources(here / folder)
        found = list(wrong)
        if docs is not None:
            counted += len(docs)
            sites[folder] = docs
            found += schemas(docs, here)
            if rendered:
                site = sites.get(MIGRATIONS.get(folder, folder))
                if site is None:
                    problems += [f"{folder}: {each}" for each in found]
                    continue
                found += hardened(docs)
                found += secrets(docs, here)
                found += references(docs, of_kind(site, "ServiceAccount"))
                found += environment(docs, programs)
                found += databases(docs, site)
                if folder in OVERLAYS:
                    found += network(docs)
                    found += broker(docs)
        problems += [f"{folder}: {each}" for each in found]
    if not rendered:
        note("neither kustomize nor kubectl: documents are checked one by one, unpatched, against schemas only")
    return counted, problems


def self_test(here, root):
    missed = 0
    breakages = IN_A_DOCUMENT + (IN_THE_WHOLE if can_render() else [])
    for file, old, new, word in breakages:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "k8s"
            shutil.copytree(here, copy)
            text = (copy / file).read_text()
            if old not in text:
                print(f"   {file}: {old!r} is not there to be broken")
                missed += 1
                continue
            (copy / file).write_text(text.replace(old, new))
            _, problems = check(copy, root)
            caught = any(word in problem for problem in problems)
            print(f"   {'refused' if caught else 'MISSED '}  {file}: {(new or f'without {old}').strip().splitlines()[-1].strip()!r}")
            missed += not caught
    print(f"{len(breakages)} ways to break the manifests, {missed} not noticed")
    return missed


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--root", type=pathlib.Path, required=True)
    arguments.add_argument("--self-test", action="store_true")
    given = arguments.parse_args()
    here = pathlib.Path(__file__).parent
    if given.self_test:
        return 1 if self_test(here, given.root) else 0
    counted, problems = check(here, given.root)
    for problem in problems:
        print(f"   {problem}", file=sys.stderr)
    print(f"{counted} documents, {len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
