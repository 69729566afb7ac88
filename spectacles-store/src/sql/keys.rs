//! Signing keys.

use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::KeyId;
use spectacles_core::model::StoredKey;
use spectacles_core::store::{Change, KeyReads, KeyWrites};

#[async_trait]
impl KeyReads for SqlTx {
    async fn keys(&mut self) -> Result<Vec<StoredKey>, StoreError> {
        let sql = "SELECT id, private_pem, certificate_pem, created FROM signing_keys ORDER BY created, id";
        self.all(sql, &[], |row| {
            Ok(StoredKey {
                id: KeyId::new(row.integer()?),
                private_pem: row.text()?,
                certificate_pem: row.text()?,
                created: row.timestamp()?,
            })
        })
        .await
    }
}

#[async_trait]
impl KeyWrites for SqlTx {
    async fn insert_key(&mut self, key: &StoredKey) -> Result<KeyId, StoreError> {
        let sql = "INSERT INTO signing_keys (private_pem, certificate_pem, created) VALUES (?, ?, ?)";
        let values = [key.private_pem.as_str().into(), key.certificate_pem.as_str().into(), key.created.into()];
        let id = KeyId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Keys);
        Ok(id)
    }
}
