//! Browsers in which an account has signed in before, known by a signed cookie that lives long. What strangers try
//! elsewhere does not slow down such a browser, and it gives no right of its own.

use axum::http::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use onestop_proto::{ids::StaffId, time::Timestamp};
use sha2::Sha256;

use super::secret;
use crate::core::{
    cookies::{HostCookie, WebOrigin},
    db::{Db, secrets},
};

/// The longest that browsers keep a cookie: 400 days, in seconds.
const LIFETIME: i64 = 400 * 86_400;
/// Accounts of which a browser is known: a window's computer is shared.
const ACCOUNTS: usize = 6;

const COOKIE: HostCookie = HostCookie("onestop-device");

pub(crate) struct Devices {
    key: Vec<u8>,
}

/// A browser in which the owner of an account has signed in before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Device(String);

impl Device {
    /// The browser of a session: guesses in it count for it, in whatever post it goes on.
    pub(crate) fn of_session(began_at: Timestamp) -> Self {
        Self(format!("session/{}", began_at.as_micros()))
    }
}

#[cfg(test)]
impl Device {
    pub(crate) fn of_test(nonce: &str) -> Self {
        Self(nonce.to_owned())
    }
}

/// `<account>.<random>.<seal>`.
struct Entry<'a> {
    staff: &'a str,
    nonce: &'a str,
    seal: &'a str,
}

impl Devices {
    /// Uses the key in the database, which is generated at the first start.
    pub(crate) fn new(db: &Db) -> anyhow::Result<Self> {
        let key = secrets::open(db, "devices")?;
        Ok(Self { key })
    }

    /// The browser of a request, if this account has signed in there before.
    pub(crate) fn find(
        &self,
        headers: &HeaderMap,
        origin: &WebOrigin,
        staff: &StaffId,
    ) -> Option<Device> {
        let cookie = COOKIE.read(headers, origin)?;
        let entry = entries(&cookie).find(|entry| entry.staff == staff.as_str())?;
        self.verify(&entry).then(|| Device(entry.nonce.to_owned()))
    }

    /// The browser of a request, if any account has signed in there before.
    pub(crate) fn find_any(&self, headers: &HeaderMap, origin: &WebOrigin) -> Option<Device> {
        let cookie = COOKIE.read(headers, origin)?;
        let entry = entries(&cookie).find(|entry| self.verify(entry))?;
        Some(Device(entry.nonce.to_owned()))
    }

    /// The `Set-Cookie` header after this account has signed in.
    pub(crate) fn remember(
        &self,
        headers: &HeaderMap,
        origin: &WebOrigin,
        staff: &StaffId,
    ) -> anyhow::Result<String> {
        let nonce = secret()?;
        let seal =
            BASE64URL_NOPAD.encode(&self.mac(staff.as_str(), &nonce).finalize().into_bytes());
        let mut value = format!("{staff}.{nonce}.{seal}");
        let before = COOKIE.read(headers, origin).unwrap_or_default();
        let others = entries(&before).filter(|entry| entry.staff != staff.as_str());
        for entry in others.filter(|entry| self.verify(entry)).take(ACCOUNTS - 1) {
            value += &format!("~{}.{}.{}", entry.staff, entry.nonce, entry.seal);
        }
        Ok(COOKIE.set(origin, &value, LIFETIME))
    }

    fn verify(&self, entry: &Entry<'_>) -> bool {
        let seal = BASE64URL_NOPAD.decode(entry.seal.as_bytes());
        seal.is_ok_and(|seal| {
            self.mac(entry.staff, entry.nonce)
                .verify_slice(&seal)
                .is_ok()
        })
    }

    fn mac(&self, staff: &str, nonce: &str) -> Hmac<Sha256> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes a key of any length")
        };
        mac.update(format!("device/{staff}/{nonce}").as_bytes());
        mac
    }
}

fn entries(cookie: &str) -> impl Iterator<Item = Entry<'_>> {
    cookie.split('~').filter_map(|entry| {
        let mut parts = entry.split('.');
        let mut next = || parts.next();
        Some(Entry {
            staff: next()?,
            nonce: next()?,
            seal: next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    fn sent(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = cookie.split(';').next().unwrap();
        headers.insert(header::COOKIE, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_browser_is_known_for_those_who_signed_in_there() {
        let devices = Devices { key: vec![7; 32] };
        let origin = WebOrigin::new("https://law.example");
        let find = |headers: &HeaderMap, staff: &str| {
            devices.find(headers, &origin, &staff.parse().unwrap())
        };
        let zhang: StaffId = "zhang-li".parse().unwrap();
        let cookie = devices
            .remember(&HeaderMap::new(), &origin, &zhang)
            .unwrap();
        let headers = sent(&cookie);
        assert!(find(&headers, "zhang-li").is_some() && find(&headers, "li-mei").is_none());

        // A second account on the same computer does not forget the first.
        let li: StaffId = "li-mei".parse().unwrap();
        let headers = sent(&devices.remember(&headers, &origin, &li).unwrap());
        let (first, second) = (find(&headers, "zhang-li"), find(&headers, "li-mei"));
        assert!(first.is_some() && second.is_some() && first != second);
    }

    #[test]
    fn a_made_up_cookie_is_no_device() {
        let origin = WebOrigin::new("https://law.example");
        let staff: StaffId = "zhang-li".parse().unwrap();
        let others = Devices { key: vec![8; 32] };
        let forged = others.remember(&HeaderMap::new(), &origin, &staff).unwrap();
        let devices = Devices { key: vec![7; 32] };
        let headers = sent(&forged);
        assert_eq!(devices.find(&headers, &origin, &staff), None);
        assert_eq!(devices.find_any(&headers, &origin), None);
        // One's own cookie for another account.
        let own = devices
            .remember(&HeaderMap::new(), &origin, &staff)
            .unwrap();
        let headers = sent(&own.replace("zhang-li", "wang-min"));
        let wang: StaffId = "wang-min".parse().unwrap();
        assert_eq!(devices.find(&headers, &origin, &wang), None);
        assert_eq!(devices.find_any(&headers, &origin), None);
    }
}
