/// The module of the remote store.
enum RemotePlaceholder {}
