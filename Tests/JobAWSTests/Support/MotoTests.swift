import Testing

/// The tests that have a moto server each; one after the other, since each takes some 200 MB.
@Suite(.serialized, .awsJudges) enum MotoTests {}
