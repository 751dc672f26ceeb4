//! A link between two processes that a test can cut, stall and slow.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Open,
    /// Connections break, and none can be made.
    Cut,
    /// Nothing arrives, and no connection is reset.
    Stalled,
    /// Everything takes this long to arrive.
    Slow(Duration),
}

/// The link; it ends with the test.
pub(crate) struct Proxy {
    port: u16,
    tell: watch::Sender<Link>,
    _task: JoinSet<()>,
}

impl Proxy {
    /// Forwards connections to a port on this machine.
    pub(crate) async fn start(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, link) = watch::channel(Link::Open);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (near, _) = listener.accept().await.unwrap();
                while connections.try_join_next().is_some() {}
                connections.spawn(connection(near, to, link.clone()));
            }
        });
        Self {
            port,
            tell,
            _task: task,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set(&self, link: Link) {
        self.tell.send_replace(link);
    }
}

async fn connection(near: TcpStream, to: u16, mut link: watch::Receiver<Link>) {
    if *link.borrow() == Link::Cut {
        return;
    }
    let Ok(far) = TcpStream::connect(("127.0.0.1", to)).await else {
        return;
    };
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::select! {
        () = pass(near_in, far_out, link.clone()) => {}
        () = pass(far_in, near_out, link.clone()) => {}
        _ = link.wait_for(|link| *link == Link::Cut) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut link: watch::Receiver<Link>) {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        let now = *link.borrow();
        match now {
            Link::Slow(delay) => tokio::time::sleep(delay).await,
            Link::Stalled => {
                if link.wait_for(|link| *link != Link::Stalled).await.is_err() {
                    return;
                }
            }
            Link::Open | Link::Cut => {}
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
