//! The bytes of a database in blocks: which of them changed between two versions. Pure.

use sha2::{Digest, Sha256};

/// Bytes of a block: a page of the database.
const BLOCK: usize = 4 << 10;
/// First bytes of a change: name and version of its form. Persisted at the standby.
const MAGIC: &[u8; 4] = b"OSD1";

type Hash = [u8; 32];

/// All bytes, with the hash of each block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Image {
    bytes: Vec<u8>,
    hashes: Vec<Hash>,
}

impl Image {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        let hashes = bytes.chunks(BLOCK).map(hash).collect();
        Self { bytes, hashes }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the whole.
    pub(crate) fn root(&self) -> Hash {
        let mut all = Sha256::new();
        all.update((self.bytes.len() as u64).to_be_bytes());
        self.hashes.iter().for_each(|hash| all.update(hash));
        all.finalize().into()
    }

    fn block(&self, index: usize) -> Option<&[u8]> {
        self.bytes.chunks(BLOCK).nth(index)
    }

    /// The image of these bytes, and what makes it of this one. Blocks that stay are not hashed once more.
    pub(crate) fn change_to(&self, bytes: Vec<u8>, version: u64) -> (Image, BlockChange) {
        let (mut hashes, mut blocks) = (Vec::new(), Vec::new());
        for (index, block) in bytes.chunks(BLOCK).enumerate() {
            let before = self.hashes.get(index);
            match before.filter(|_| self.block(index) == Some(block)) {
                Some(before) => hashes.push(*before),
                None => {
                    hashes.push(hash(block));
                    blocks.push((index, block.to_vec()));
                }
            }
        }
        let after = Image { bytes, hashes };
        let change = BlockChange {
            version,
            length: after.bytes.len(),
            root: after.root(),
            blocks,
        };
        (after, change)
    }

    /// What a change makes of this image; `None` if that is not what its leader has.
    pub(crate) fn changed_by(&self, change: &BlockChange) -> Option<Image> {
        // Every byte behind the end of this image is in a block of the change: no length makes room that no block fills.
        let carried: usize = change.blocks.iter().map(|(_, block)| block.len()).sum();
        if change.length > self.bytes.len().checked_add(carried)? {
            return None;
        }
        let mut after = self.clone();
        after.bytes.resize(change.length, 0);
        let count = change.length.div_ceil(BLOCK);
        after.hashes.resize(count, Hash::default());
        for (index, block) in &change.blocks {
            let from = index.checked_mul(BLOCK)?;
            let place = after.bytes.get_mut(from..from.checked_add(block.len())?)?;
            place.copy_from_slice(block);
            *after.hashes.get_mut(*index)? = hash(block);
        }
        (after.root() == change.root).then_some(after)
    }
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The blocks that make one version of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlockChange {
    pub(crate) version: u64,
    /// Bytes of the whole after it.
    length: usize,
    /// Of the image after it.
    root: Hash,
    blocks: Vec<(usize, Vec<u8>)>,
}

impl BlockChange {
    /// The one that says of an image which version it is.
    pub(crate) fn nothing(image: &Image, version: u64) -> Self {
        Self {
            version,
            length: image.bytes.len(),
            root: image.root(),
            blocks: Vec::new(),
        }
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Whether an image is what comes of it.
    pub(crate) fn is_reached_by(&self, image: &Image) -> bool {
        self.root == image.root()
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let blocks = self.blocks.iter();
        blocks.map(|(index, block)| ((*index as u64) * BLOCK as u64, &block[..]))
    }

    /// Magic, version (8 bytes, big-endian), length (8), root (32), then of each block its index (4) and its bytes; last
    /// SHA-256 of all that. Persisted at the standby.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes.extend_from_slice(&(self.length as u64).to_be_bytes());
        bytes.extend_from_slice(&self.root);
        for (index, block) in &self.blocks {
            bytes.extend_from_slice(&u32::try_from(*index).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend_from_slice(block);
        }
        let checksum = hash(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// `None` if they are anything else, or not whole.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, checksum) = bytes.split_last_chunk::<32>()?;
        if hash(body) != *checksum {
            return None;
        }
        let rest = body.strip_prefix(MAGIC)?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let (root, mut rest) = rest.split_first_chunk::<32>()?;
        let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
        let mut blocks = Vec::new();
        while !rest.is_empty() {
            let (index, after) = rest.split_first_chunk::<4>()?;
            let index = usize::try_from(u32::from_be_bytes(*index)).ok()?;
            let size = length.checked_sub(index.checked_mul(BLOCK)?)?.min(BLOCK);
            let (block, after) = after.split_at_checked(size)?;
            if block.is_empty() {
                return None;
            }
            blocks.push((index, block.to_vec()));
            rest = after;
        }
        Some(Self {
            version: u64::from_be_bytes(*version),
            length,
            root: *root,
            blocks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(blocks: usize, seed: u8) -> Vec<u8> {
        (0..blocks * BLOCK)
            .map(|at| (at % 251) as u8 ^ seed)
            .collect()
    }

    #[test]
    fn only_the_blocks_that_changed_travel() {
        let before = Image::of(bytes(9, 0));
        let mut after = bytes(10, 0);
        after[5 * BLOCK + 7] ^= 1;
        let (image, change) = before.change_to(after.clone(), 12);
        let changed: Vec<u64> = change.places().map(|(place, _)| place).collect();
        assert_eq!(changed, [5 * BLOCK as u64, 9 * BLOCK as u64]);
        let read = BlockChange::from_bytes(&change.to_bytes()).unwrap();
        assert_eq!(read, change);
        let copied = before.changed_by(&read).unwrap();
        assert_eq!(copied.bytes(), after);
        assert_eq!(copied, image);
    }

    #[test]
    fn an_image_that_shrinks_or_ends_within_a_block_is_copied() {
        let before = Image::of(bytes(4, 3));
        for length in [0, 1, BLOCK, BLOCK + 9, 4 * BLOCK] {
            let after = bytes(4, 3)[..length].to_vec();
            let (_, change) = before.change_to(after.clone(), 2);
            let read = BlockChange::from_bytes(&change.to_bytes()).unwrap();
            assert_eq!(before.changed_by(&read).unwrap().bytes(), after);
        }
    }

    #[test]
    fn a_change_of_another_image_is_not_taken() {
        let (_, change) = Image::of(bytes(3, 1)).change_to(bytes(3, 2), 5);
        let (_, small) = Image::of(bytes(3, 1)).change_to([bytes(2, 1), bytes(1, 7)].concat(), 5);
        assert!(
            Image::of(bytes(3, 9)).changed_by(&change).is_some(),
            "all of it"
        );
        assert_eq!(Image::of(bytes(3, 9)).changed_by(&small), None);
    }

    #[test]
    fn a_change_that_names_more_bytes_than_it_carries_is_not_taken() {
        let before = Image::of(bytes(2, 1));
        let mut change = BlockChange::nothing(&before, 5);
        change.length = usize::MAX;
        assert_eq!(before.changed_by(&change), None);
    }

    #[test]
    fn a_change_that_is_cut_or_damaged_is_not_read() {
        let (_, change) = Image::default().change_to(bytes(2, 1), 5);
        let whole = change.to_bytes();
        for length in [0, 31, 60, BLOCK, whole.len() - 1] {
            assert_eq!(BlockChange::from_bytes(&whole[..length]), None, "{length}");
        }
        let mut damaged = whole;
        damaged[80] ^= 1;
        assert_eq!(BlockChange::from_bytes(&damaged), None);
    }
}
