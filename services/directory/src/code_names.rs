//! What the codes in a refusal are called, for the sentence that people read. Where the directory has no name, the sentence
//! shows the code.

use onestop_proto::{
    clock::Step,
    ids::{ServiceItem, Topic},
    text::Words,
};

use crate::Directory;

impl Directory {
    /// The name of an item, to be kept beside its code.
    pub fn item_label(&self, item: &ServiceItem) -> Option<Box<Words>> {
        self.item(item).map(|item| Box::new(item.name.clone()))
    }

    /// The name of an item's topic, to be kept beside its code.
    pub fn topic_label(&self, item: &ServiceItem, topic: &Topic) -> Option<Box<Words>> {
        let topic = self.item(item)?.topic(topic)?;
        Some(Box::new(topic.name.clone()))
    }

    /// The name of a kind of material, to be kept beside its code.
    pub fn material_label(&self, material: &Topic) -> Option<Box<Words>> {
        self.material_name(material).cloned().map(Box::new)
    }

    /// The name of a step, to be kept beside its code.
    pub fn step_label(&self, step: &Step) -> Option<Box<Words>> {
        self.step_name(step).cloned().map(Box::new)
    }
}
