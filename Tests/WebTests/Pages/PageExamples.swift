import Web

/// Every page, in every form that its template distinguishes, with `text` wherever a text can stand.
func pages(showing text: String) -> [any Page] {
    let fields = [HiddenField(name: text, value: text), HiddenField(name: "second", value: text)]
    let faults: [SignInPage.Fault] = [.none, .email, .password, .either]
    let setupFaults: [SetupPage.Fault] = [.none, .email, .name, .password, .passwordAgain]
    let scopes = [ConsentPage.ScopeDescription(name: text, sentence: text)]

    var pages: [any Page] = [
        SignInPage(domainName: text),
        SetupPage(domainName: text, token: text),
        MessagePage(domainName: nil, title: text, sentence: text),
        MessagePage(
            domainName: text, title: text, sentence: text, whatToDo: text, reference: text,
            link: Link(.home, text: text)),
        MessagePage(domainName: text, title: text, sentence: text, link: Link("/?next=" + text, text: text)),
        ErrorPage(domainName: nil, sentence: text, code: text, description: text),
        ErrorPage(
            domainName: text, title: text, sentence: text, whatToDo: text, code: text, description: text,
            reference: text),
        SignOutPage(domainName: text, csrfToken: text),
        SignOutPage(domainName: text, continueTo: text, csrfToken: text),
        NativeCodePage(domainName: text, code: text),
        FormPostPage(domainName: text, redirectURI: text, fields: fields),
        HomePage(domainName: text, user: nil),
        HomePage(domainName: text, user: .init(name: text, email: text, csrfToken: text)),
        OAuthResponsePage(domainName: text),
    ]
    for scopes in [scopes, []] {
        pages.append(
            ConsentPage(
                domainName: text, clientName: text, userName: text, scopes: scopes, redirectHost: text,
                action: text, hidden: fields, csrfToken: text))
    }
    for fault in faults {
        pages.append(
            SignInPage(
                domainName: text, email: text, message: text, fault: fault, reference: text, continueTo: text,
                csrfToken: text))
    }
    for fault in setupFaults {
        pages.append(
            SetupPage(domainName: text, email: text, name: text, message: text, fault: fault, token: text))
    }
    return pages
}
