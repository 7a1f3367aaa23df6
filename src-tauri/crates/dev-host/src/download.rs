//! Files for the browser that drives the dev host: it has no dialog, so each waits here until the page fetches it.

use async_trait::async_trait;
use companion::host::{ExportError, Exports, Place};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Name and content, the oldest first.
#[derive(Default)]
pub struct Downloads {
    waiting: Mutex<VecDeque<(String, Vec<u8>)>>,
}

impl Downloads {
    /// The oldest, once.
    pub fn take(&self) -> Option<(String, Vec<u8>)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// The page's downloads as a place for files.
pub struct AsDownload(pub Arc<Downloads>);

#[async_trait]
impl Exports for AsDownload {
    async fn place(&self, name: &str) -> Option<Box<dyn Place>> {
        Some(Box::new(Download { name: name.to_owned(), among: Arc::clone(&self.0) }))
    }
}

struct Download {
    name: String,
    among: Arc<Downloads>,
}

#[async_trait]
impl Place for Download {
    fn name(&self) -> &str {
        &self.name
    }

    async fn write(self: Box<Self>, bytes: Vec<u8>) -> Result<(), ExportError> {
        let mut waiting = self.among.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back((self.name, bytes));
        Ok(())
    }
}
