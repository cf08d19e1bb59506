internal import Hummingbird
internal import HummingbirdTLS
internal import Crypto
internal import Mustache
enum P {}
