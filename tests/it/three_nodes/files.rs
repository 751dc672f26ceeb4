//! What lies in `deploy/three-nodes` for systemd, containers and Kubernetes: it parses, names what `prepare.sh` makes, and
//! says what a cluster must not leave open.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_yaml_ng::Value;

use super::Nodes;
use crate::harness::{SERVICES, clean, folder, repository};

fn three_nodes() -> std::path::PathBuf {
    repository().join("deploy/three-nodes")
}

fn prepared() -> Nodes {
    let host = |number: u8| format!("nats-{number}.nats.onestop.svc");
    Nodes::prepare([host(0), host(1), host(2)], &[])
}

fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml_ng::Deserializer::from_str(text);
    let documents = documents.map(|it| <Value as serde::Deserialize>::deserialize(it).unwrap());
    documents.filter(|it| !it.is_null()).collect()
}

fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    let found = path.iter().fold(value, |value, key| &value[*key]);
    found
        .as_str()
        .unwrap_or_else(|| panic!("no {path:?} in {value:?}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_sequence().map_or(&[], Vec::as_slice)
}

/// An image has a version, and not whichever is the newest.
fn is_pinned(image: &str) -> bool {
    image
        .rsplit_once(':')
        .is_some_and(|(_, tag)| tag.starts_with(|it: char| it.is_ascii_digit()))
}

#[test]
fn a_machine_gets_what_its_units_need() {
    let nodes = prepared();
    let units = fs::read_dir(repository().join("deploy/systemd")).unwrap();
    let units: BTreeSet<String> = units
        .map(|unit| unit.unwrap().file_name().into_string().unwrap())
        .collect();
    for node in ["n1", "n2", "n3"] {
        let root = nodes.path(&format!("{node}-root"));
        let mut install = Command::new(three_nodes().join("install.sh"));
        clean(&mut install);
        let installed = install.arg(nodes.path(node)).env("ROOT", &root).output();
        let installed = installed.unwrap();
        assert!(installed.status.success(), "{installed:?}");
        for file in ["nats.conf", "ca.pem", "broker.pem", "broker.key"] {
            assert!(root.join("etc/onestop/broker").join(file).is_file());
        }
        let conf = fs::read_to_string(root.join("etc/onestop/broker/nats.conf")).unwrap();
        assert_eq!(conf.matches("nats-route://route:").count(), 2, "{conf}");
        assert!(conf.contains("verify: true") && conf.contains("no_advertise: true"));
        for file in ["desk.nk", "desk.issuer", "issuers.json"] {
            let file = root.join("etc/onestop/keys").join(file);
            assert!(file.is_file(), "{}", file.display());
        }
        // A package of nats-server that is not Debian's has no unit.
        let broker = root.join("etc/systemd/system/nats-server.service");
        assert!(fs::read_to_string(broker).unwrap().contains("User=nats"));
        let started = fs::read_to_string(nodes.path(node).join("units")).unwrap();
        for unit in started
            .lines()
            .filter(|unit| *unit != "nats-server.service")
        {
            let (name, service) = match unit.split_once('@') {
                Some((name, service)) => (format!("{name}@.service"), service),
                None => (unit.to_owned(), ""),
            };
            assert!(units.contains(&name), "{unit} is no unit of ours");
            let service = service.trim_end_matches(".service");
            assert!(has_keys(&root, service), "{unit} of {node}");
        }
    }
}

/// Whether the keys of a program are on a machine: those to sign in and to sign with, and those of its log.
fn has_keys(root: &Path, service: &str) -> bool {
    let keys = root.join("etc/onestop/keys");
    let data = root.join("var/lib/onestop").join(service);
    match service {
        // Provisioning has the operator's.
        "" => root.join("etc/onestop/operator/operator.nk").is_file(),
        "gateway" => {
            let proofs = SERVICES.iter().all(|service| {
                let public = root.join("var/lib/onestop").join(service);
                public.join("signing.pub").is_file()
            });
            let issuer = keys.join("gateway.issuer").is_file();
            proofs && issuer && data.join("draft.key").is_file()
        }
        service => {
            let of_persons = service != "intake" || data.join("master.key").is_file();
            let issuer = keys.join(format!("{service}.issuer")).is_file();
            of_persons && issuer && data.join("signing.key").is_file()
        }
    }
}

#[test]
fn systemd_takes_the_drop_ins() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("not checked: systemd-analyze is missing");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path();
    folder::copy(&three_nodes().join("systemd"), units);
    let broker = "[Service]\nExecStart=/usr/sbin/nats-server\n";
    fs::write(units.join("nats-server.service"), broker).unwrap();
    let provision = "onestop-provision.service";
    let ours = repository().join("deploy/systemd").join(provision);
    fs::copy(ours, units.join(provision)).unwrap();
    for (unit, drop_in) in [
        ("nats-server.service", "onestop.conf"),
        (provision, "three-nodes.conf"),
    ] {
        let drop_in = units.join(format!("{unit}.d")).join(drop_in);
        assert!(drop_in.is_file(), "{}", drop_in.display());
        // systemd asks for the executables, which are not installed here.
        for file in [&units.join(unit), &drop_in] {
            let mut text = fs::read_to_string(file).unwrap();
            for program in [
                "/usr/sbin/nats-server",
                "/usr/local/bin/onestop",
                "/usr/bin/onestop",
            ] {
                text = text.replace(program, "/bin/true");
            }
            fs::write(file, text).unwrap();
        }
        let verified = Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(units.join(unit))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&verified.stderr);
        assert!(verified.status.success() && told.is_empty(), "{told}");
    }
}

#[test]
fn the_containers_have_what_they_mount() {
    let nodes = prepared();
    let compose = fs::read_to_string(three_nodes().join("compose.yaml")).unwrap();
    let mut compose: Value = serde_yaml_ng::from_str(&compose).unwrap();
    compose.apply_merge().unwrap();
    let services = compose["services"].as_mapping().unwrap();
    for (name, service) in services {
        let name = name.as_str().unwrap();
        assert!(is_pinned(text(service, &["image"])), "{name}");
        assert_eq!(service["read_only"], Value::from(true), "{name}");
        assert!(service["mem_limit"].is_string(), "{name}");
        for mount in list(service, "volumes") {
            let from = mount.as_str().unwrap().split(':').next().unwrap();
            let from = from.strip_prefix("./nodes/").unwrap();
            // The head of the file says to make the broker's own.
            let is_there = from.ends_with("/store") || nodes.path(from).exists();
            assert!(is_there, "{name}: {from}");
        }
    }
    for service in SERVICES.iter().chain(&["gateway"]) {
        assert!(services.contains_key(*service), "{service}");
        assert!(
            services.contains_key(format!("{service}-standby")),
            "{service}"
        );
    }
}

/// The manifests of Kubernetes, and what `secrets.sh` writes for them.
fn manifests(nodes: &Nodes) -> (Vec<Value>, BTreeMap<String, BTreeSet<String>>) {
    let folder = three_nodes().join("kubernetes");
    let mut manifests = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "yaml") {
            manifests.extend(documents(&fs::read_to_string(path).unwrap()));
        }
    }
    let mut secrets = Command::new(folder.join("secrets.sh"));
    let written = secrets.arg(nodes.path("")).output().unwrap();
    assert!(written.status.success(), "{written:?}");
    let written = documents(&String::from_utf8(written.stdout).unwrap());
    let keys = |it: &Value| {
        let data = it["data"].as_mapping().unwrap().keys();
        data.map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    let named = |it: &Value| (text(it, &["metadata", "name"]).to_owned(), keys(it));
    (manifests, written.iter().map(named).collect())
}

#[test]
fn kubernetes_runs_all_of_it_and_leaves_nothing_open() {
    let nodes = prepared();
    let (manifests, secrets) = manifests(&nodes);
    let of_kind = |kind: &str| -> BTreeMap<&str, &Value> {
        let found = manifests.iter().filter(|it| it["kind"] == kind);
        found
            .map(|it| (text(it, &["metadata", "name"]), it))
            .collect()
    };
    let (sets, budgets) = (of_kind("StatefulSet"), of_kind("PodDisruptionBudget"));
    assert!(of_kind("NetworkPolicy").contains_key("nothing-by-default"));
    assert_eq!(sets["nats"]["spec"]["replicas"], Value::from(3));
    assert_eq!(budgets["nats"]["spec"]["minAvailable"], Value::from(2));
    for service in SERVICES.iter().copied().chain(["gateway"]) {
        assert!(sets.contains_key(service) && budgets.contains_key(service));
        assert!(
            sets.contains_key(&*format!("{service}-standby")),
            "{service}"
        );
    }
    let pods = sets.into_iter().chain(of_kind("Deployment"));
    for (name, controller) in pods {
        let pod = &controller["spec"]["template"]["spec"];
        assert_eq!(
            pod["securityContext"]["runAsNonRoot"],
            Value::from(true),
            "{name}"
        );
        let containers = list(pod, "containers");
        for container in containers.iter().chain(list(pod, "initContainers")) {
            assert_hardened(name, container);
        }
        // Requests of browsers go to the one of the two gateways that is ready.
        let is_followed = name.ends_with("-standby") && name != "gateway-standby";
        let has_health = !is_followed && name != "provision";
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            assert_eq!(
                containers[0][probe].is_mapping(),
                has_health,
                "{name}: {probe}"
            );
        }
        for volume in list(pod, "volumes") {
            assert_written(name, volume, containers, &secrets);
        }
    }
}

fn assert_hardened(pod: &str, container: &Value) {
    assert!(is_pinned(text(container, &["image"])), "{pod}");
    let context = &container["securityContext"];
    assert_eq!(
        context["allowPrivilegeEscalation"],
        Value::from(false),
        "{pod}"
    );
    assert_eq!(
        context["readOnlyRootFilesystem"],
        Value::from(true),
        "{pod}"
    );
    assert_eq!(context["capabilities"]["drop"][0], "ALL", "{pod}");
    assert!(
        container["resources"]["limits"]["memory"].is_string(),
        "{pod}"
    );
}

/// What a volume shows of a secret or of settings is written by `secrets.sh`.
fn assert_written(
    pod: &str,
    volume: &Value,
    containers: &[Value],
    secrets: &BTreeMap<String, BTreeSet<String>>,
) {
    let of_secret = volume["secret"]["secretName"].as_str();
    let of_settings = volume["configMap"]["name"].as_str();
    let source = of_secret.or(of_settings).unwrap();
    let written = secrets.get(source);
    let written = written.unwrap_or_else(|| panic!("{pod}: no {source}"));
    let mounts = containers.iter().flat_map(|it| list(it, "volumeMounts"));
    for mount in mounts.filter(|mount| mount["name"] == volume["name"]) {
        let inner = mount["subPath"].as_str().or(mount["subPathExpr"].as_str());
        if let Some(inner) = inner {
            let inner = inner.replace("$(POD_NAME)", "nats-2");
            assert!(written.contains(&inner), "{pod}: {source} has no {inner}");
        }
    }
}
