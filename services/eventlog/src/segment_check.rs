//! Computing again what the footer of a segment says, from its blocks.

use crate::error::{Damage, Damaged, FrameError};
use crate::frame::Frame;
use crate::hash::Hash;
use crate::merkle::{Node, Tree};
use crate::segment::{KeysBuilder, SegmentFile};

/// A segment whose blocks are being read, front to back.
pub(crate) struct SegmentCheck {
    pub(crate) file: SegmentFile,
    leaves: Tree,
    tree: Tree,
    nodes: Vec<Node>,
    keys: KeysBuilder,
}

impl SegmentCheck {
    /// Begins with a segment; `before` is the log's tree before its first record.
    pub(crate) fn new(file: SegmentFile, before: Tree) -> Result<SegmentCheck, Damaged> {
        if Hash::of_cursors(&file.footer.cursors) != file.footer.after.cursors {
            return Err(Damaged {
                position: before.count(),
                damage: Damage::FrameUnreadable {
                    part: "cursors of its segment",
                },
            });
        }
        Ok(SegmentCheck {
            file,
            leaves: Tree::new(),
            tree: before,
            nodes: Vec::new(),
            keys: KeysBuilder::new(),
        })
    }

    /// Adds the next block, or what of it comes next.
    pub(crate) fn add(&mut self, frame: &Frame) {
        for record in &frame.records {
            self.keys.add(record);
            self.leaves.push(record.hash, &mut |_| {});
            self.tree
                .push(record.hash, &mut |node| self.nodes.push(node));
        }
    }

    /// Compares; returns the log's tree after the segment, and the segment.
    pub(crate) fn finish(self) -> Result<(SegmentFile, Tree), FrameError> {
        let footer = &self.file.footer;
        let differs = |position| Damaged {
            position,
            damage: Damage::TreeDiffers,
        };
        let mut nodes = self.nodes.iter().zip(&footer.nodes);
        let wrong = nodes.find(|(computed, stored)| computed != stored);
        if let Some((node, _)) = wrong {
            return Err(differs(node.index << node.level).into());
        }
        let same = (self.nodes.len(), self.leaves.head().root, self.tree.peaks())
            == (footer.nodes.len(), footer.root, &footer.peaks);
        if !same {
            return Err(differs(footer.header.before.head.count).into());
        }
        let stored = self.file.keys()?;
        if stored.is_some_and(|stored| stored != self.keys.finish()) {
            return Err(Damaged {
                position: footer.header.before.head.count,
                damage: Damage::FrameUnreadable {
                    part: "keys of its segment",
                },
            }
            .into());
        }
        Ok((self.file, self.tree))
    }
}
