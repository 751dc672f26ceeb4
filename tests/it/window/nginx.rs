//! Debian's nginx in front, with the example of `deploy/proxy`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, StatusCode, header};

use super::{client_builder, open_case, post, sign_in, started};
use crate::harness::{free_port, repository, until};

fn program() -> Option<PathBuf> {
    let places = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
    places
        .into_iter()
        .map(PathBuf::from)
        .find(|it| it.is_file())
}

struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Starts nginx with the example, before a workbench; returns the port.
fn start(program: &Path, folder: &Path, workbench: &str) -> (Nginx, u16) {
    let made = rcgen::generate_simple_self_signed(["onestop.example".to_owned()]).unwrap();
    fs::write(folder.join("web.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("web.key"), made.signing_key.serialize_pem()).unwrap();
    let (port, plain) = (free_port(), free_port());
    let file = |name: &str| folder.join(name).display().to_string();
    let example = fs::read_to_string(repository().join("deploy/proxy/nginx.conf")).unwrap();
    let site = example
        .replace("127.0.0.1:42280", workbench)
        .replace("/etc/onestop/tls/web.pem", &file("web.pem"))
        .replace("/etc/onestop/tls/web.key", &file("web.key"))
        .replace("listen [::]:443 ssl;", "")
        .replace("listen [::]:80;", "")
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;"))
        .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"));
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|name| format!("{name}_temp_path {};\n", file(name)));
    let whole = format!(
        "pid {};\nerror_log {};\ndaemon off;\nevents {{}}\nhttp {{\naccess_log off;\n{}{site}\n}}\n",
        file("pid"),
        file("error.log"),
        temporary.concat(),
    );
    fs::write(folder.join("nginx.conf"), whole).unwrap();
    let child = Command::new(program)
        .arg("-p")
        .arg(folder)
        .args(["-c", &file("nginx.conf")])
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    (Nginx(child), port)
}

fn browser() -> Client {
    let builder = client_builder().tls_danger_accept_invalid_certs(true);
    builder.build().unwrap()
}

#[tokio::test]
async fn behind_nginx_streams_come_at_once_and_clients_are_told_apart() {
    let Some(program) = program() else {
        eprintln!("nginx is not installed: the example of deploy/proxy was not tried");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--trusted-proxies=127.0.0.1",
        "--web-origin=https://onestop.example",
    ];
    let (onestop, direct) = started(&flags).await;
    let workbench = direct.strip_prefix("http://").unwrap();
    let (_nginx, port) = start(&program, folder.path(), workbench);
    let (client, base) = (browser(), format!("https://127.0.0.1:{port}"));
    until("nginx answers", async || {
        let answer = client.get(format!("{base}/places")).send().await;
        answer.is_ok()
    })
    .await;

    let cookies = sign_in(&client, &base, "zhang-li").await;
    assert!(cookies.starts_with("__Host-onestop="), "{cookies}");
    let asked = client.get(format!("{base}/live"));
    let mut stream = asked.header(header::COOKIE, &cookies).send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    assert!(
        stream
            .headers()
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
    let number = open_case(&onestop, "labour-pay").await.number.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await;
    assert!(
        told.unwrap().unwrap().is_some(),
        "an event comes as it happens"
    );

    // Whatever a client says of itself, nginx appends whom it sees.
    let fields = [("number", &*number.to_string()), ("code", "2222-2222")];
    let mut answers = Vec::new();
    for last in 0..20 {
        let mut headers = header::HeaderMap::new();
        let made_up = format!("198.51.100.{last}");
        headers.insert("x-forwarded-for", made_up.parse().unwrap());
        let liar = client_builder().tls_danger_accept_invalid_certs(true);
        let liar = liar.default_headers(headers).build().unwrap();
        let answer = post(&liar, &format!("{base}/track"), "", &fields).await;
        answers.push(answer.unwrap().status());
    }
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}
