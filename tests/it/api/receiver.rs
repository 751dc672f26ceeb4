//! Another system, to which webhooks are sent: it answers as a test says, and keeps what came.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::harness::TIMEOUT;

pub(crate) struct Receiver {
    port: u16,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    status: AtomicU16,
    /// Of the next answer alone; none where it is zero.
    once: AtomicU16,
    taken: Mutex<Vec<Taken>>,
    more: tokio::sync::Notify,
}

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(super) head: String,
    pub(crate) body: String,
}

impl Taken {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .unwrap()
    }

    /// As a receiver should: with the secret alone.
    fn check(&self, secret: &str) {
        let key = secret.strip_prefix("whsec_").unwrap();
        let key = data_encoding::BASE64.decode(key.as_bytes()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let signed = data_encoding::BASE64.encode(&mac.finalize().into_bytes());
        assert_eq!(self.header("webhook-signature"), format!("v1,{signed}"));
        assert_eq!(self.event()["id"], id);
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        shared.status.store(200, Ordering::SeqCst);
        let own = Arc::clone(&shared);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut lines = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                lines.spawn(serve_connection(stream, Arc::clone(&own)));
            }
        });
        Self {
            port,
            shared,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(crate) fn answer(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    /// Answers the next message so, and those after it as before.
    pub(crate) fn answer_once(&self, status: u16) {
        self.shared.once.store(status, Ordering::SeqCst);
    }

    /// What came, unsigned.
    pub(super) fn bodies(&self) -> Vec<String> {
        let taken = self.shared.taken.lock().unwrap();
        taken.iter().map(|one| one.body.clone()).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.taken.lock().unwrap().len()
    }

    /// Waits until so many messages came: all of them, and each is signed.
    pub(crate) async fn taken(&self, count: usize, secret: &str) -> Vec<Taken> {
        let come = async {
            loop {
                let more = self.shared.more.notified();
                if self.count() >= count {
                    return;
                }
                more.await;
            }
        };
        tokio::time::timeout(TIMEOUT, come).await.unwrap();
        let taken = self.shared.taken.lock().unwrap().clone();
        taken.iter().for_each(|one| one.check(secret));
        taken
    }
}

/// One message after the other, over one connection.
async fn serve_connection(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut had: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        while let Some((taken, end)) = message(&had) {
            had.drain(..end);
            shared.taken.lock().unwrap().push(taken);
            let status = match shared.once.swap(0, Ordering::SeqCst) {
                0 => shared.status.load(Ordering::SeqCst),
                once => once,
            };
            let answer = format!("HTTP/1.1 {status} as asked\r\ncontent-length: 0\r\n\r\n");
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
            shared.more.notify_one();
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => had.extend_from_slice(&buffer[..read]),
        }
    }
}

/// The first whole message of what was read, and where it ends.
pub(super) fn message(had: &[u8]) -> Option<(Taken, usize)> {
    let text = std::str::from_utf8(had).ok()?;
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "))?;
    let length: usize = length.parse().unwrap();
    let body = rest.get(..length)?.to_owned();
    let taken = Taken {
        head: head.to_owned(),
        body,
    };
    Some((taken, head.len() + 4 + length))
}
