//! The public key of a passkey, in the form of COSE (RFC 9053), and the signatures that it verifies.

use ciborium::Value;
use coset::{Algorithm, CborSerializable, CoseKey, KeyType, Label, iana, iana::EnumI64};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use super::PasskeyError;

/// A longer key is not parsed: RSA with 4,096 bits has some 530 bytes.
const LONGEST: usize = 1024;
/// Bytes of an RSA modulus: 2,048 to 4,096 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;
/// Bytes of an RSA exponent.
const EXPONENT: std::ops::RangeInclusive<usize> = 1..=4;

/// The algorithms that browsers are offered, the preferred one first.
pub(super) const ALGORITHMS: [iana::Algorithm; 3] = [
    iana::Algorithm::ES256,
    iana::Algorithm::EdDSA,
    iana::Algorithm::RS256,
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// As the device sent it.
    cose: Vec<u8>,
    parts: Parts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Parts {
    /// The point, uncompressed.
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// # Errors
    /// If it is damaged, or of an algorithm that is not accepted.
    pub(crate) fn parse(cose: &[u8]) -> Result<Self, PasskeyError> {
        if cose.len() > LONGEST {
            return Err(PasskeyError::Key);
        }
        let key = CoseKey::from_slice(cose).map_err(|_| PasskeyError::Key)?;
        let parts = match &key.alg {
            Some(Algorithm::Assigned(iana::Algorithm::ES256)) => es256(&key)?,
            Some(Algorithm::Assigned(iana::Algorithm::EdDSA)) => ed_dsa(&key)?,
            Some(Algorithm::Assigned(iana::Algorithm::RS256)) => rs256(&key)?,
            Some(_) | None => return Err(PasskeyError::Algorithm),
        };
        Ok(Self {
            cose: cose.to_vec(),
            parts,
        })
    }

    /// As the device sent it, for [`PublicKey::parse`].
    pub(crate) fn as_cose(&self) -> &[u8] {
        &self.cose
    }

    /// # Errors
    /// If the signature is not of this key and message.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), PasskeyError> {
        let verified = match &self.parts {
            Parts::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Parts::EdDsa(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            Parts::Rs256 { modulus, exponent } => {
                let (n, e) = (modulus.as_slice(), exponent.as_slice());
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| PasskeyError::Signature)
    }
}

fn es256(key: &CoseKey) -> Result<Parts, PasskeyError> {
    use iana::Ec2KeyParameter as Parameter;
    check_kind(key, iana::KeyType::EC2)?;
    check_curve(key, Parameter::Crv.to_i64(), iana::EllipticCurve::P_256)?;
    let x = bytes(key, Parameter::X.to_i64())?;
    let y = bytes(key, Parameter::Y.to_i64())?;
    if x.len() != 32 || y.len() != 32 {
        return Err(PasskeyError::Key);
    }
    Ok(Parts::Es256([&[4], x, y].concat()))
}

fn ed_dsa(key: &CoseKey) -> Result<Parts, PasskeyError> {
    use iana::OkpKeyParameter as Parameter;
    check_kind(key, iana::KeyType::OKP)?;
    check_curve(key, Parameter::Crv.to_i64(), iana::EllipticCurve::Ed25519)?;
    let x = bytes(key, Parameter::X.to_i64())?;
    if x.len() != 32 {
        return Err(PasskeyError::Key);
    }
    Ok(Parts::EdDsa(x.to_vec()))
}

fn rs256(key: &CoseKey) -> Result<Parts, PasskeyError> {
    use iana::RsaKeyParameter as Parameter;
    check_kind(key, iana::KeyType::RSA)?;
    let modulus = bytes(key, Parameter::N.to_i64())?;
    let exponent = bytes(key, Parameter::E.to_i64())?;
    if !MODULUS.contains(&modulus.len()) || !EXPONENT.contains(&exponent.len()) {
        return Err(PasskeyError::Key);
    }
    Ok(Parts::Rs256 {
        modulus: modulus.to_vec(),
        exponent: exponent.to_vec(),
    })
}

fn check_kind(key: &CoseKey, kind: iana::KeyType) -> Result<(), PasskeyError> {
    if key.kty == KeyType::Assigned(kind) {
        Ok(())
    } else {
        Err(PasskeyError::Key)
    }
}

fn check_curve(key: &CoseKey, label: i64, curve: iana::EllipticCurve) -> Result<(), PasskeyError> {
    if parameter(key, label)? == &Value::from(curve.to_i64()) {
        Ok(())
    } else {
        Err(PasskeyError::Key)
    }
}

fn bytes(key: &CoseKey, label: i64) -> Result<&[u8], PasskeyError> {
    let bytes = parameter(key, label)?.as_bytes();
    bytes.map(Vec::as_slice).ok_or(PasskeyError::Key)
}

fn parameter(key: &CoseKey, label: i64) -> Result<&Value, PasskeyError> {
    let mut parameters = key.params.iter();
    let found = parameters.find(|(known, _)| *known == Label::Int(label));
    found.map(|(_, value)| value).ok_or(PasskeyError::Key)
}
