/** People of many cultures who stand in no list of the generator, as they would sign. */
export const PEOPLE =
  "Hwang Ji-woo|Seo-yeon Bae|Kim Min-jun|Ha-eun Choi|Lee Dong-hyun|Yoon Hye-jin|Baek So-ra|Jung-hoon Ahn|Xu Jingyi|Zhao Wenbo|Qian Lihua|Cheng Yufei|Hsiao-wei Tseng|Deng Zixuan|Ouyang Ruolan|Nguyễn Thị Hằng|Trần Đức Anh|Lê Quang Vinh|Đặng Thùy Linh|Phạm Ngọc Ánh|Abdulrahman Al-Otaibi|Noura bint Khalid|Yasmine Ben Salah|Mohamed El-Sayed|Layla Haddad|Omar al-Farouqi|Shirin Moradi|Kourosh Daneshvar|Arash Tehrani|Elif Yıldırım|Mehmet Özdemir|Gülşen Karakaya|Oğuzhan Şimşek|Aysel Məmmədova|Nurlan Abenov|Gulnara Iskakova|Olena Kovalchuk|Taras Shymko|Bohdan Lysenko|Zuzanna Wójcik|Grzegorz Brzęczyszczykiewicz|Małgorzata Dąbrowska|Jiří Dvořáček|Markéta Havlíčková|Ľubomír Kováč|Szilvia Horváthné|Ákos Fehérvári|Ioana Drăgulescu|Ștefan Țîrlea|Dragana Živković|Srđan Petrović|Snežana Đorđević|Kristīne Bērziņa|Jānis Ozoliņš|Rūta Kazlauskienė|Mindaugas Jonaitis|Þórunn Guðmundsdóttir|Sigríður Einarsdóttir|Åse Bjørnstad|Håkon Kvåle|Søren Østergaard|Mette Kjærgaard|Päivi Hämäläinen|Jyrki Mäkelä|Aino Räsänen|Niamh O'Sullivan|Pádraig Ó Súilleabháin|Aoife Ní Dhomhnaill|Cerys Llewellyn|Ffion Gruffudd|Eilidh MacDonald|Anne-Sophie Lefèvre|Jean-Baptiste Durand|Marie-Hélène Côté|Loïc Kerguelen|María José García Lorente|Íñigo Etxeberria|Nerea Zubizarreta|Jordi Puigdevall|João Pedro Cerqueira|Conceição Figueiredo|Thiago Vasconcelos|Giuseppina Scognamiglio|Niccolò Degli Esposti|Jan-Willem van der Heijden|Fenna de Vries|Sjoerd ten Brink|Wiebke Schürmann|Hans-Jürgen Bölling|Käthe von Reichenbach|Chidinma Okonkwo-Eze|Oluwaseun Adebayo|Temitope Ogunlesi|Nkechi Nwosu|Thabo Mokoena|Nomvula Khumalo|Sipho Ndlovu|Mpho Mathebula|Wangari Njoroge|Otieno Odhiambo|Amara Tesfaye|Selamawit Gebremariam|Fatoumata Camara|Ousmane Sow|Mamadou Keïta|Kwame Boateng|Akosua Frimpong|Tendai Chikwanha|Rakotoarisoa Hery|Anjali Deshpande|Suresh Kulkarni|Thirumalai Selvaraj|Lakshmi Narayanan|Bhupinder Gill|Manpreet Kaur|Ishaan Chattopadhyay|Zubair Siddiqui|Ayesha Malik|Tharindu Wickramasinghe|Dilhani Perera|Nirmala Shrestha|Pemba Sherpa|Thinley Dorji|Phyo Min Thu|Khin Sandar Win|Siriporn Chaiyasit|Nattapong Srisuk|Nur Aisyah binti Rahman|Muhammad Haziq|Putri Wulandari|Bagus Prasetyo|I Made Suardana|Maricel Dela Cruz|Jomar Bautista|Tomoko Hasegawa|Ryōta Kurosawa|Kenji Yamashiro|Ayumi Ōnishi|Tane Parata|Hinemoa Ruatapu|Leilani Kahale|Sione Taufa|Itzel Xicohténcatl|Citlali Huerta|Quetzalli Ramírez|Wayra Mamani|Nayeli Ixchel Pech|Yolotzin Tepoz|Armen Hakobyan|Tigran Sargsyan|Ketevan Lomidze|Giorgi Kvaratskhelia|Avigail Ben-Ami|Yitzhak Rosenzweig|Tzipora Melnik|Eleftheria Karagianni|Konstantinos Papadimitriou".split(
    "|",
  );

/** The same in scripts of their own: each with the words around it. */
export const NATIVE: readonly (readonly [written: string, value: string])[] = [
  ["田中太郎さんから連絡がありました", "田中太郎"],
  ["佐藤様のカードが拒否されました", "佐藤"],
  ["김민수님이 로그인할 수 없습니다", "김민수"],
  ["박서연 씨가 환불을 요청했습니다", "박서연"],
  ["客户王小明先生无法登录", "王小明"],
  ["李娜女士投诉付款失败", "李娜"],
  ["Звонила Екатерина Савельева, оплата не прошла", "Екатерина Савельева"],
  ["Клієнт Остап Вишиваний не може увійти", "Остап Вишиваний"],
  ["Ο Νίκος Παπαδάκης δεν μπορεί να συνδεθεί", "Νίκος Παπαδάκης"],
];

/** What people say of people. `more` is somebody else. */
export const ABOUT: readonly ((name: string, more: string) => [text: string, keep: string])[] = [
  (n) => [`${n} says the checkout page is blank since 09:40`, "checkout page is blank"],
  (n) => [`${n} pushed the fix to staging`, "pushed the fix to staging"],
  (n) => [`according to ${n} the export never finished`, "the export never finished"],
  (n) => [`According to ${n}, the queue drained at 10:12`, "the queue drained at 10:12"],
  (n, m) => [`${n} and ${m} are pairing on the rollback`, "are pairing on the rollback"],
  (n, m) => [`cc ${n}, ${m}: please check the dashboard`, "please check the dashboard"],
  (n) => [`waiting on ${n} for the replica count`, "for the replica count"],
  (n) => [`${n}: can you look at shard 3?`, "can you look at shard 3?"],
  (n) => [`thanks ${n}, that worked`, "that worked"],
  (n) => [`assigned to ${n} yesterday`, "yesterday"],
  (n) => [`as ${n} put it, the cache is cold`, "the cache is cold"],
  (n) => [`${n} (SRE) joined the call`, "joined the call"],
  (n) => [`I talked to ${n} from Acme about the outage`, "about the outage"],
  (n) => [`reviewed with ${n} before the deploy`, "before the deploy"],
  (n) => [`Commander: ${n}\nStatus: open`, "Status: open"],
  (n) => [`on-call: ${n} until 18:00`, "until 18:00"],
  (n) => [`author: ${n}`, "author"],
  (n) => [`customer name: ${n}, plan: pro`, "plan: pro"],
  (n) => [`Ticket opened by ${n} at 09:58`, "at 09:58"],
  (n) => [`— ${n}, Head of Support`, "Head of Support"],
  (n) => [`can ${n} confirm the refund?`, "confirm the refund?"],
  (n) => [`${n}'s laptop had the old config`, "laptop had the old config"],
  (n) => [`ping ${n} or restart the pod`, "restart the pod"],
  (n) => [`we owe ${n} an apology`, "an apology"],
  (n) => [`Hello ${n},\nthe invoice is attached`, "the invoice is attached"],
  (n) => [`Best,\n${n}`, "Best"],
  (n) => [
    `{"first_name":"${n.split(" ")[0]}","last_name":"${n.split(" ").slice(1).join(" ")}","plan":"pro"}`,
    '"plan":"pro"',
  ],
  (n) => [`From: ${n} <help@example.com>\nSubject: refund`, "Subject: refund"],
  (n) => [`> ${n} wrote:\n> it fails again`, "it fails again"],
  (n) => [`it was rolled back by ${n} at 10:20`, "at 10:20"],
  (n) => [`paged ${n}, no answer yet`, "no answer yet"],
  (n) => [`*${n}* took over the bridge`, "took over the bridge"],
];
