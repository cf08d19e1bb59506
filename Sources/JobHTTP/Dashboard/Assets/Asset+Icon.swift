extension Asset {
    /// The icon of the pages.
    static let iconText = #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <rect width="32" height="32" rx="8" fill="#4653d8"/>
        <path d="M8 10h10M8 16h16M8 22h7" stroke="#fff" stroke-width="3" stroke-linecap="round"/>
        </svg>
        """#
}
