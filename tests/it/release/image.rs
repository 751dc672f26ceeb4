//! The image for containers: what it says of itself is so, by the digests, and it holds what `compose.yaml` starts.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{IMAGE, executables, pack, run};
use crate::harness::{clean, onestop, repository};

struct Image {
    folder: TempDir,
}

impl Image {
    fn unpack() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = pack(IMAGE, folder.path(), "onestop.oci.tar");
        let layout = folder.path().join("layout");
        fs::create_dir(&layout).unwrap();
        let arguments = ["--extract", "--file"].map(Path::new);
        run(
            "tar",
            &[
                arguments[0],
                arguments[1],
                &file,
                Path::new("--directory"),
                &layout,
            ],
        );
        Self { folder }
    }

    fn layout(&self) -> PathBuf {
        self.folder.path().join("layout")
    }

    /// The file that a descriptor names: it has its digest and its size.
    fn blob(&self, descriptor: &Value) -> PathBuf {
        let digest = descriptor["digest"].as_str().unwrap();
        let digest = digest.strip_prefix("sha256:").unwrap();
        let path = self.layout().join("blobs/sha256").join(digest);
        let bytes = fs::read(&path).unwrap();
        assert_eq!(HEXLOWER.encode(&Sha256::digest(&bytes)), digest);
        assert_eq!(descriptor["size"], bytes.len());
        path
    }

    fn json(path: &Path) -> Value {
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    fn manifest(&self) -> Value {
        let index = Self::json(&self.layout().join("index.json"));
        let manifests = index["manifests"].as_array().unwrap();
        assert_eq!(manifests.len(), 1);
        Self::json(&self.blob(&manifests[0]))
    }

    fn config(&self) -> Value {
        Self::json(&self.blob(&self.manifest()["config"]))
    }

    /// The only layer, not compressed any more.
    fn layer(&self) -> PathBuf {
        let layers = self.manifest()["layers"].clone();
        assert_eq!(layers.as_array().unwrap().len(), 1);
        let compressed = self.blob(&layers[0]);
        let layer = self.folder.path().join("layer.tar");
        let made = Command::new("gzip")
            .args(["--decompress", "--stdout"])
            .arg(compressed)
            .stdout(fs::File::create(&layer).unwrap())
            .status();
        assert!(made.unwrap().success());
        layer
    }

    /// The files with mode and owner, as `tar` lists them.
    fn files(&self) -> Vec<String> {
        let layer = self.layer();
        let arguments = ["--list", "--verbose", "--numeric-owner", "--file"];
        let mut arguments = arguments.map(Path::new).to_vec();
        arguments.push(&layer);
        run("tar", &arguments).lines().map(str::to_owned).collect()
    }

    fn text(&self, path: &str) -> String {
        let layer = self.layer();
        let arguments = ["--extract", "--to-stdout", "--file"].map(Path::new);
        let mut arguments = arguments.to_vec();
        arguments.extend([layer.as_path(), Path::new(path)]);
        run("tar", &arguments)
    }
}

/// Whether a file is there, with this mode and owner.
fn holds(files: &[String], mode_and_owner: &str, path: &str) -> bool {
    files.iter().any(|line| {
        line.starts_with(mode_and_owner)
            && line.ends_with(&format!(" {}", path.trim_start_matches('/')))
    })
}

#[test]
fn the_layer_is_what_the_image_names() {
    let image = Image::unpack();
    let layout = Image::json(&image.layout().join("oci-layout"));
    assert_eq!(layout["imageLayoutVersion"], "1.0.0");
    let content = fs::read(image.layer()).unwrap();
    let content = format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(&content)));
    let config = image.config();
    assert_eq!(config["rootfs"]["diff_ids"], serde_json::json!([content]));
    assert_eq!(config["architecture"], "amd64");
    // As long ago as the commit, whenever it is made.
    assert_eq!(config["created"], "2023-11-14T22:13:20Z");
}

#[test]
fn what_containers_start_is_in_the_image() {
    let image = Image::unpack();
    let files = image.files();
    for name in executables() {
        let path = format!("/usr/local/bin/{name}");
        assert!(holds(&files, "-rwxr-xr-x 0/0 ", &path), "{path}: {files:?}");
    }
    let compose = repository().join("deploy/containers/compose.yaml");
    let compose = fs::read_to_string(compose).unwrap();
    let started = compose
        .split('"')
        .filter(|word| word.starts_with("/usr/local/bin/"));
    let mut count = 0;
    for path in started {
        assert!(holds(&files, "-rwxr-xr-x 0/0 ", path), "{path}");
        count += 1;
    }
    assert!(count > super::services().len(), "{count}");
    let config = image.config()["config"].clone();
    let entry = config["Entrypoint"][0].as_str().unwrap();
    assert!(holds(&files, "-rwxr-xr-x 0/0 ", entry), "{entry}");

    // Healthy is what the program says of itself.
    let test = config["Healthcheck"]["Test"].as_array().unwrap();
    let words: Vec<_> = test.iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words[..2], ["CMD", entry]);
    let mut command = Command::new(onestop());
    clean(&mut command);
    let helped = command.args(&words[2..]).arg("--help").output().unwrap();
    assert!(helped.status.success(), "{helped:?}");
}

#[test]
fn nobody_is_root_in_the_image() {
    let image = Image::unpack();
    let files = image.files();
    let config = image.config()["config"].clone();
    let user = config["User"].as_str().unwrap();
    let (number, _) = user.split_once(':').unwrap();
    assert_ne!(number, "0");
    assert!(
        image
            .text("etc/passwd")
            .contains(&format!("\nonestop:x:{user}:"))
    );
    // The user owns its data and nothing else, and may write only where every user may.
    let owned: Vec<_> = files
        .iter()
        .filter(|line| line.split(' ').nth(1).unwrap().starts_with(number))
        .collect();
    assert_eq!(owned.len(), 1, "{owned:?}");
    let user = user.replace(':', "/");
    assert!(holds(&files, &format!("drwx------ {user} "), "data/"));
    assert!(holds(&files, "drwxrwxrwt 0/0 ", "tmp/"), "{files:?}");
    assert!(config["Volumes"]["/data"].is_object());
}

#[test]
fn an_image_has_its_licences() {
    let image = Image::unpack();
    let ours = fs::read_to_string(repository().join("LICENSE")).unwrap();
    // The licences of what is built in are a file of their own; the image has the same text.
    for name in ["LICENSE", "third-party.txt"] {
        assert_eq!(image.text(&format!("usr/share/doc/onestop/{name}")), ours);
    }
}

/// Whom a connection over TLS may trust.
#[test]
fn an_image_has_authorities() {
    let image = Image::unpack();
    let authorities = image.text("etc/ssl/certs/ca-certificates.crt");
    let count = authorities.matches("-----BEGIN CERTIFICATE-----").count();
    assert!(count > 100, "{count}");
}
