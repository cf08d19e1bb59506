/// Everything that a job service needs of its store; the built-in queues are all of this.
public typealias ServiceStore = JobStore & JobAdministration & QueueControl & WorkerDirectory & ChangeFeed & TokenStore
    & ArtifactStore & RecordStore
