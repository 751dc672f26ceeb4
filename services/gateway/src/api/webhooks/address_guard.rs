//! Prevents server-side request forgery: no webhook is sent to an address of this machine or its network.
//! Host names are checked when they are resolved for a connection, so that a name cannot change afterwards.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use onestop_proto::{http::ApiRejection, problem_words::own, text::Text};
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// Where webhooks may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Targets {
    /// To public addresses, over https.
    Public,
    /// Also over http, to this machine and to its network.
    Any,
}

pub(super) fn check_address(url: &str, targets: Targets) -> Result<Url, ApiRejection> {
    let no = |problem: Text| ApiRejection::WebhookAddress {
        problem: problem.en.to_owned(),
    };
    let url = Url::parse(url).map_err(|_| no(own::WEBHOOK_ADDRESS))?;
    match url.scheme() {
        "https" => {}
        "http" if targets == Targets::Any => {}
        _ => return Err(no(own::WEBHOOK_HTTPS)),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(no(own::WEBHOOK_PASSWORD));
    }
    let host = url.host_str().ok_or_else(|| no(own::WEBHOOK_ADDRESS))?;
    let literal = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    if targets == Targets::Public
        && (host.eq_ignore_ascii_case("localhost") || literal.is_ok_and(|ip| !is_public(ip)))
    {
        return Err(no(own::WEBHOOK_INSIDE));
    }
    Ok(url)
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Not in IANA's registry of special-purpose addresses.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = || Ipv4Addr::from((u32::from(g) << 16) | u32::from(h));
    match (a, b, c, d, e, f) {
        // ::1, ::, and IPv4 in IPv6, mapped or as it once was.
        (0, 0, 0, 0, 0, 0xffff | 0) => f == 0xffff && is_public_v4(v4()),
        // NAT64
        (0x64, 0xff9b, 0, 0, 0, 0) => is_public_v4(v4()),
        // 6to4: the IPv4 address follows.
        (0x2002, ..) => is_public_v4(Ipv4Addr::from((u32::from(b) << 16) | u32::from(c))),
        // Documentation, Teredo and the like, NAT64 within a network.
        (0x2001, 0xdb8, ..) | (0x2001, 0..0x200, ..) | (0x64, 0xff9b, 1, ..) => false,
        // Only 2000::/3 is allocated.
        (first, ..) => (0x2000..0x4000).contains(&first),
    }
}

/// Resolves host names to public addresses only.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardedResolver {
    pub(super) targets: Targets,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let targets = self.targets;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found
                .filter(|at| targets == Targets::Any || is_public(at.ip()))
                .collect();
            if open.is_empty() {
                return Err("the name leads into the network of this machine".into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_our_own_network_are_refused() {
        for url in [
            "https://127.0.0.1/",
            "https://10.1.2.3/x",
            "https://192.168.0.1:8443/",
            "https://172.31.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://localhost/",
            "https://LOCALHOST/",
            // Other spellings of 127.0.0.1.
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
        ] {
            assert!(check_address(url, Targets::Public).is_err(), "{url}");
        }
        for url in [
            "https://203.0.114.7/hook",
            "https://law.example/hook?unit=1",
            "https://[2400:3200::1]/",
        ] {
            assert!(check_address(url, Targets::Public).is_ok(), "{url}");
        }
    }

    #[test]
    fn an_address_uses_https_and_has_no_password() {
        for url in [
            "http://law.example/",
            "ftp://law.example/",
            "https://user:word@law.example/",
            "law.example",
            "",
        ] {
            assert!(check_address(url, Targets::Public).is_err(), "{url}");
        }
        assert!(check_address("http://127.0.0.1:9000/hook", Targets::Any).is_ok());
        assert!(check_address("ftp://127.0.0.1/", Targets::Any).is_err());
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(
            GuardedResolver {
                targets: Targets::Public
            }
            .resolve(name())
            .await
            .is_err()
        );
        assert!(
            GuardedResolver {
                targets: Targets::Any
            }
            .resolve(name())
            .await
            .is_ok()
        );
    }
}
