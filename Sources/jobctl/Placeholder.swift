@main struct Jobctl { static func main() {} }
