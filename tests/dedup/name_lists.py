"""Names, streets and mail domains from which the tests' people are drawn."""

from __future__ import annotations

MALE = (
    "james john robert michael william david richard joseph thomas charles christopher daniel "
    "matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george timothy "
    "ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott "
    "brandon benjamin samuel gregory alexander frank patrick raymond jack dennis jerry tyler aaron "
    "jose adam nathan henry douglas zachary peter kyle noah ethan walter jeremy harold carl arthur"
).split()
FEMALE = (
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty "
    "margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah "
    "stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma "
    "nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather "
    "diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith"
).split()
LAST = (
    "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez "
    "gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris "
    "sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill "
    "flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips "
    "evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers "
    "gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson"
).split()
HEADS = (
    "ash bar bel bran cal car dal den el fair glen hal hart kel lang mar nor pen ros stan".split()
)
TAILS = (
    "berg bury by combe dale den er field ford ham ing ley low man more ner sen son stein ton"
).split()
NICKNAMES = {
    "robert": "bob", "william": "bill", "richard": "rick", "james": "jim", "michael": "mike",
    "thomas": "tom", "joseph": "joe", "charles": "chuck", "daniel": "dan", "matthew": "matt",
    "anthony": "tony", "steven": "steve", "kenneth": "ken", "edward": "ed", "timothy": "tim",
    "elizabeth": "liz", "patricia": "pat", "jennifer": "jen", "barbara": "barb", "susan": "sue",
    "margaret": "peggy", "kimberly": "kim", "deborah": "deb", "katherine": "kate",
    "samantha": "sam", "christopher": "chris", "benjamin": "ben", "samuel": "sam",
    "alexander": "alex", "nicholas": "nick", "rebecca": "becky", "victoria": "vicky",
}  # fmt: skip
STREETS = (
    "MAIN OAK PINE MAPLE CEDAR ELM WASHINGTON LAKE HILL WALNUT SPRING NORTH RIDGE CHURCH WILLOW "
    "MILL RIVER PARK SUNSET HIGHLAND FOREST JACKSON LINCOLN MEADOW CHESTNUT LOCUST DOGWOOD POPLAR"
).split()
CITY_HEADS = "Spring George Green Frank Madi Clin Ar Sa Fair Bristol Riv Cen Dal Lex Hud".split()
CITY_TAILS = "field town ville lin son ton lington lem view erside tral as ington".split()
STATES = "TX CA FL NY PA OH IL GA NC MI NJ VA WA AZ TN IN MO MD WI CO".split()
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
DOMAIN_WEIGHTS = (45, 25, 15, 10, 5)
PLACEHOLDER_MAIL = "none@example.com"
PLACEHOLDER_PHONE = "+12005550100"
